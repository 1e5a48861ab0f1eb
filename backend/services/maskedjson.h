// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "services/fieldpatterns.h"

#include <QByteArray>
#include <QByteArrayView>

namespace outboard {

/// A JSON text whose values at certain fields are hidden.
struct MaskedJson
{
    QByteArray text;      ///< With each hidden value as "•••"; all other bytes as they were.
    qsizetype hidden = 0; ///< How many values.
    bool isJson = true;   ///< False: neither an object or a list, nor the beginning of one.
};

/// Strings, numbers and switches at a field that fits are hidden, at any depth; of objects and
/// lists there, all that is in them, so that names and shape stay. null stays. A string that holds
/// JSON is looked into; one that begins like JSON but is none is hidden. A text that ends too early
/// (a preview) is masked as far as it goes.
MaskedJson maskedJson(QByteArrayView json, const FieldPatterns& patterns);

} // namespace outboard
