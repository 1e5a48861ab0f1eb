// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"

#include <QString>

#include <chrono>
#include <functional>

namespace outboard {

using Milliseconds = std::chrono::milliseconds;
using Microseconds = std::chrono::microseconds;

/// A moment in UTC with microseconds, as PostgreSQL keeps it.
using TimePoint = std::chrono::sys_time<Microseconds>;

/// Where "now" comes from; passed in so that tests can stand still.
using Clock = std::function<TimePoint()>;

/// The desktop's clock. For local records only: ages are computed with the server's clock.
Clock systemClock();

/// ISO 8601 in UTC with milliseconds, e.g. 2026-03-01T03:14:15.926Z.
QString isoText(TimePoint time);

/// Parses "90s", "5m", "2h", "30d", "250ms" or a bare number of seconds.
/// Error::Refused with a sentence that lists the units.
Result<Milliseconds> parseDuration(const QString& text);

/// Shortest text that parseDuration reads back: "60s", "5m", "30d", "250ms".
QString durationText(Milliseconds duration);

} // namespace outboard
