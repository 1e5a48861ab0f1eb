// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/charthistory.h"

#include "plots/decimate.h"

#include <algorithm>
#include <set>

namespace outboard {

using namespace std::chrono_literals;

namespace {

std::optional<TimePoint> firstOf(const History& live)
{
    const auto all = live.samples(Series::Backlog, {});
    return all.isEmpty() ? std::nullopt : std::optional(all.first().at);
}

/// Where the rounds begin, the store is left.
QList<Sample> storedBefore(const QList<Sample>& stored, TimePoint from, TimePoint until)
{
    const auto begin = std::ranges::lower_bound(stored, from, {}, &Sample::at);
    const auto end = std::ranges::lower_bound(stored, until, {}, &Sample::at);
    return begin < end ? QList<Sample>(begin, end) : QList<Sample>();
}

} // namespace

QList<Sample> withGaps(const QList<Sample>& samples)
{
    QList<Sample> marked;
    for (const Sample& sample : samples) {
        if (!marked.isEmpty() && sample.at - marked.last().at > longestJoin) {
            marked.append({marked.last().at + 1s, std::nullopt});
            marked.append({sample.at - 1s, std::nullopt});
        }
        marked.append(sample);
    }
    return marked;
}

QList<Sample> ChartHistory::samples(Series series, TimePoint from, const QString& object) const
{
    const QList<Sample> recent = withGaps(live.samples(series, from, object));
    if (!stored)
        return recent;
    const TimePoint until = firstOf(live).value_or(TimePoint::max());
    QList<Sample> all = storedBefore(stored->samples(series, object), from, until);
    const bool isApart =
        !all.isEmpty() && !recent.isEmpty() && recent.first().at - all.last().at > longestJoin;
    if (isApart && all.last().value) {
        all.append({all.last().at + 1s, std::nullopt});
        all.append({recent.first().at - 1s, std::nullopt});
    }
    return all + recent;
}

QStringList ChartHistory::groups() const
{
    const QStringList seen = live.groups();
    std::set<QString> names(seen.begin(), seen.end());
    if (stored) {
        for (const auto& [key, samples] : stored->curves) {
            if (!key.second.isEmpty())
                names.insert(key.second);
        }
    }
    return {names.begin(), names.end()};
}

std::optional<TimePoint> ChartHistory::since() const
{
    const auto first = firstOf(live);
    if (stored && stored->oldest)
        return first ? std::min(*first, *stored->oldest) : stored->oldest;
    return first;
}

} // namespace outboard
