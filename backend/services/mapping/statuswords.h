// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "services/mapping/evidence.h"

#include <QByteArray>
#include <QList>
#include <QStringList>

#include <optional>

namespace outboard {

/// The values of a status column by what they mean for a row.
struct StatusWords
{
    QList<QByteArray> waiting;
    QList<QByteArray> inFlight;
    QList<QByteArray> done;
    QList<QByteArray> dead;
    QList<QByteArray> unclear;
    QStringList reasons; ///< Translated.
    QStringList doubts;  ///< Translated.
};

/// Reads a column of text, of an enum, or of numbers. Numbers mean what the column's remark says
/// ("0=pending"), else what the rows show together with `sentAt` and `error` (indices of columns).
StatusWords readStatus(
    const SampledTable& table,
    qsizetype column,
    std::optional<qsizetype> sentAt,
    std::optional<qsizetype> error);

} // namespace outboard
