// SPDX-License-Identifier: GPL-3.0-or-later
#include "plots/decimate.h"

#include <algorithm>
#include <array>
#include <limits>
#include <span>

namespace outboard {

namespace {

constexpr double gap = std::numeric_limits<double>::quiet_NaN();

QPointF pointOf(const Sample& sample)
{
    return {plotSeconds(sample.at), sample.value.value_or(gap)};
}

/// The samples of one pixel column, all known.
void addColumn(QList<QPointF>& points, std::span<const Sample> column)
{
    const auto isLess = [](const Sample& a, const Sample& b) { return *a.value < *b.value; };
    const auto [lowest, highest] = std::ranges::minmax_element(column, isLess);
    std::array<std::ptrdiff_t, 4> kept{
        0, lowest - column.begin(), highest - column.begin(), std::ssize(column) - 1};
    std::ranges::sort(kept);
    std::ptrdiff_t last = -1;
    for (const std::ptrdiff_t index : kept) {
        if (index != last)
            points.append(pointOf(column[size_t(index)]));
        last = index;
    }
}

} // namespace

double plotSeconds(TimePoint time)
{
    return std::chrono::duration<double>(time.time_since_epoch()).count();
}

QList<QPointF> decimate(
    const QList<Sample>& samples, TimePoint from, TimePoint to, int columns, Microseconds join)
{
    const auto width = std::max<Microseconds>((to - from) / std::max(columns, 1), Microseconds(1));
    const auto columnOf = [&](const Sample& sample) { return (sample.at - from) / width; };
    auto begin = std::ranges::lower_bound(samples, from, {}, &Sample::at);
    if (begin != samples.begin())
        --begin;
    const auto end = std::ranges::upper_bound(samples, to, {}, &Sample::at);

    QList<QPointF> points;
    for (auto it = begin; it != end;) {
        if (it != begin && it->at - std::prev(it)->at > join)
            points.append({plotSeconds(it->at), gap});
        if (!it->value) {
            points.append(pointOf(*it++));
            continue;
        }
        const auto first = it;
        while (it != end && it->value && columnOf(*it) == columnOf(*first)
               && (it == first || it->at - std::prev(it)->at <= join))
            ++it;
        addColumn(points, std::span(&*first, size_t(it - first)));
    }
    return points;
}

} // namespace outboard
