// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>

namespace outboard {

/// How a payload can be shown. Nothing from a server is trusted: the result is plain text, escaped
/// and bounded, and says when something was left out.
enum class PayloadForm { Json, Text, Hex };

struct PayloadText
{
    QString text;
    QString note; ///< Translated; "not JSON: …", "cut after 256 KiB of 3 MiB", "not UTF-8: shown as
                  ///< hex".
};

/// The form that shows most: Json when it parses, else Text when it is UTF-8, else Hex.
PayloadForm bestForm(const QByteArray& payload);

/// Pretty JSON keeps key order and all digits of numbers: it is re-indented, never parsed into
/// doubles.
PayloadText showPayload(const QByteArray& payload, PayloadForm form);

} // namespace outboard
