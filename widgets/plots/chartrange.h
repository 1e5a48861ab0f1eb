// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/time.h"

namespace outboard {

/// What a time axis shows.
struct ChartRange
{
    static constexpr std::chrono::seconds shortest{30};
    static constexpr std::chrono::hours longest{30 * 24};

    TimePoint from;
    TimePoint to;

    Microseconds span() const { return to - from; }

    friend bool operator==(const ChartRange&, const ChartRange&) = default;
};

/// Moved along the axis, later for a positive `by`; never past `now`.
ChartRange moved(const ChartRange& range, Microseconds by, TimePoint now);

/// `factor` times as long, with `around` staying where it is on the screen; within the bounds of
/// ChartRange, and never past `now`.
ChartRange zoomed(const ChartRange& range, double factor, TimePoint around, TimePoint now);

} // namespace outboard
