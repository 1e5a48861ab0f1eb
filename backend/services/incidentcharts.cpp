// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/incidentcharts.h"

#include <QCoreApplication>

#include <algorithm>
#include <set>
#include <vector>

namespace outboard {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr qsizetype mostSamples = 600;
constexpr qsizetype mostGroups = 6;
constexpr auto longestJoin = 90s;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(outboard)
};

/// Of neighbours the highest stays, so that a peak is never lost; of one that is unknown and one
/// that is not, both.
QList<Sample> fewer(const QList<Sample>& samples)
{
    const qsizetype width = (samples.size() + mostSamples / 2 - 1) / (mostSamples / 2);
    if (width <= 1)
        return samples;
    QList<Sample> kept;
    for (qsizetype i = 0; i < samples.size(); i += width) {
        const QList<Sample> part = samples.mid(i, width);
        const auto highest = std::ranges::max_element(part, {}, &Sample::value);
        const auto unknown = std::ranges::find(part, std::optional<double>(), &Sample::value);
        if (unknown != part.end() && unknown < highest)
            kept.append(*unknown);
        kept.append(*highest);
        if (unknown != part.end() && unknown > highest)
            kept.append(*unknown);
    }
    return kept;
}

struct Source
{
    const History& live;
    const StoredHistory& stored;
    TimePoint from;
    TimePoint to;

    QList<Sample> samples(Series series, const QString& object = {}) const
    {
        const auto all = live.samples(Series::Backlog, {});
        const TimePoint until = all.isEmpty() ? TimePoint::max() : all.first().at;
        QList<Sample> joined;
        for (const Sample& sample : stored.samples(series, object)) {
            if (sample.at >= from && sample.at < std::min(until, to))
                joined.append(sample);
        }
        for (const Sample& sample : live.samples(series, from, object)) {
            const bool isGap = !joined.isEmpty() && sample.at - joined.last().at > longestJoin;
            if (isGap && joined.last().value)
                joined.append({sample.at - 1s, std::nullopt});
            if (sample.at <= to)
                joined.append(sample);
        }
        return fewer(joined);
    }

    QStringList busiestGroups() const
    {
        const QStringList seen = live.groups();
        std::set<QString> names(seen.begin(), seen.end());
        for (const auto& [key, samples] : stored.curves) {
            if (!key.second.isEmpty())
                names.insert(key.second);
        }
        std::vector<std::pair<double, QString>> loads;
        for (const QString& name : names)
            loads.emplace_back(
                highest(Series::GroupPending, name) + highest(Series::GroupLag, name), name);
        std::ranges::stable_sort(loads, std::greater<>(), &std::pair<double, QString>::first);
        QStringList busiest;
        for (const auto& [load, name] : loads) {
            if (busiest.size() < mostGroups)
                busiest.append(name);
        }
        busiest.sort();
        return busiest;
    }

    double highest(Series series, const QString& object) const
    {
        double most = 0;
        for (const Sample& sample : samples(series, object))
            most = std::max(most, sample.value.value_or(0));
        return most;
    }
};

} // namespace

QList<IncidentChart> incidentCharts(
    const History& live, const StoredHistory& stored, TimePoint from, TimePoint to)
{
    const Source source{live, stored, from, to};
    QList<IncidentChart> charts{
        {u"backlog"_s,
         Text::tr("Backlog"),
         u"rows"_s,
         {{Text::tr("unpublished"), source.samples(Series::Backlog)}}},
        {u"rates"_s,
         Text::tr("Rows in and out"),
         u"rows/s"_s,
         {{Text::tr("in"), source.samples(Series::CreatedRate)},
          {Text::tr("relayed"), source.samples(Series::PublishedRate)}}},
        {u"relay_lag"_s,
         Text::tr("Relay lag"),
         u"s"_s,
         {{Text::tr("oldest unpublished"), source.samples(Series::OldestAge)}}},
        {u"groups"_s, Text::tr("Pending and lag"), u"entries"_s, {}},
    };
    for (const QString& group : source.busiestGroups()) {
        charts.last().curves.append(
            {Text::tr("%1: pending").arg(group), source.samples(Series::GroupPending, group)});
        charts.last().curves.append(
            {Text::tr("%1: lag").arg(group), source.samples(Series::GroupLag, group)});
    }
    return charts;
}

} // namespace outboard
