// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/count.h"
#include "core/time.h"

#include <QByteArray>
#include <QString>

#include <optional>

namespace outboard {
struct StandbyState;
} // namespace outboard

namespace outboard::format {

/// "12 431" with narrow no-break spaces; sign kept.
QString number(qint64 value);

/// "12 431", "10 000+", "~12 000" or "?".
QString count(const Count& count);

/// "0.3", "12", "1 250"; "?" when absent.
QString rate(std::optional<double> perSecond);

/// Two units at most: "850 ms", "42 s", "7 min 05 s", "3 h 12 min", "2 d 4 h"; "?" when absent.
QString duration(std::optional<Milliseconds> duration);

/// "read from a standby, 12 s behind", or that nobody knows how far, with its newest change's age.
QString standby(const StandbyState& standby, TimePoint now);

/// "0.35 ms", "12 ms", "1.2 s"; "?" when absent.
QString roundTrip(std::optional<Microseconds> roundTrip);

/// "512 B", "1.4 KiB", "23 MiB"; "?" when absent.
QString bytes(std::optional<qint64> bytes);

/// Local time: "03:14:15" today, "2026-03-01 03:14:15" otherwise; empty when absent.
QString time(std::optional<TimePoint> time, TimePoint now);

/// One line for a table cell or label, always plain text: control, bidirectional and invalid
/// characters become visible escapes (\n, \u202e, \xff), cut after `maxCharacters` with an
/// ellipsis.
QString oneLine(const QByteArray& bytes, qsizetype maxCharacters = 200);
QString oneLine(const QString& text, qsizetype maxCharacters = 200);

/// Many lines, for the payload viewer: as oneLine, but line feeds and tabs stay.
QString escaped(const QString& text);

} // namespace outboard::format
