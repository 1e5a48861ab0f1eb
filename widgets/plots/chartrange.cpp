// SPDX-License-Identifier: GPL-3.0-or-later
#include "plots/chartrange.h"

#include <algorithm>
#include <cmath>

namespace outboard {

ChartRange moved(const ChartRange& range, Microseconds by, TimePoint now)
{
    by = std::min(by, now - range.to);
    return {range.from + by, range.to + by};
}

ChartRange zoomed(const ChartRange& range, double factor, TimePoint around, TimePoint now)
{
    const auto wanted =
        std::chrono::duration<double, std::micro>(range.span()).count() * std::max(factor, 0.0);
    const auto span = std::clamp(
        Microseconds(std::llround(wanted)),
        Microseconds(ChartRange::shortest),
        Microseconds(ChartRange::longest));
    const double part = std::chrono::duration<double>(around - range.from)
                        / std::chrono::duration<double>(range.span());
    const Microseconds before(std::llround(static_cast<double>(span.count()) * part));
    return moved({around - before, around - before + span}, {}, now);
}

} // namespace outboard
