// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "services/history.h"

#include <QList>
#include <QPointF>

namespace outboard {

/// Two neighbours further apart than this are not joined by a line: nobody measured in between.
constexpr std::chrono::seconds longestJoin{90};

/// Seconds since 1970, as charts count.
double plotSeconds(TimePoint time);

/// Points of the samples between `from` and `to` (x in plotSeconds(), y NaN for a gap), in order of
/// time. Of each of the `columns` pixel columns at most four stay (first, lowest, highest, last),
/// so that a peak is never lost. One sample before `from` stays, so that the line enters from the
/// edge. Neighbours further apart than `join` get a gap between them.
QList<QPointF> decimate(
    const QList<Sample>& samples,
    TimePoint from,
    TimePoint to,
    int columns,
    Microseconds join = longestJoin);

} // namespace outboard
