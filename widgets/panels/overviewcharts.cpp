// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/overviewcharts.h"

#include "plots/timechart.h"
#include "text/format.h"

#include <QGridLayout>

#include <algorithm>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype mostGroups = 6; // as many as there are colours

/// A round adds its samples to all curves at once, so samples of one moment can be added up. One
/// that is unknown makes the sum unknown.
QList<Sample> added(const QList<Sample>& a, const QList<Sample>& b)
{
    QList<Sample> sum;
    for (auto left = a.cbegin(), right = b.cbegin(); left != a.cend() || right != b.cend();) {
        const bool isLeft = right == b.cend() || (left != a.cend() && left->at <= right->at);
        const bool isRight = left == a.cend() || (right != b.cend() && right->at <= left->at);
        Sample sample = isLeft ? *left : *right;
        if (isLeft && isRight)
            sample.value = left->value && right->value ? std::optional(*left->value + *right->value)
                                                       : std::nullopt;
        sum.append(sample);
        left += isLeft ? 1 : 0;
        right += isRight ? 1 : 0;
    }
    return sum;
}

struct GroupCurves
{
    QString name;
    QList<Sample> pending;
    QList<Sample> lag;
};

/// By group name: a service's group reads several streams under one name.
QList<GroupCurves> curvesByName(const History& history, TimePoint from)
{
    QList<GroupCurves> curves;
    for (const QString& object : history.groups()) {
        const QString name = object.section(u" / "_s, -1);
        const auto pending = history.samples(Series::GroupPending, from, object);
        const auto lag = history.samples(Series::GroupLag, from, object);
        const auto known = std::ranges::find(curves, name, &GroupCurves::name);
        if (known == curves.end()) {
            curves.append({name, pending, lag});
        } else {
            known->pending = added(known->pending, pending);
            known->lag = added(known->lag, lag);
        }
    }
    return curves;
}

double weight(const GroupCurves& group)
{
    const auto latest = [](const QList<Sample>& samples) {
        return samples.isEmpty() ? 0 : samples.last().value.value_or(0);
    };
    return latest(group.pending) + latest(group.lag);
}

/// The groups with most to do, by name, so that a group keeps its colour.
QList<GroupCurves> busiest(QList<GroupCurves> groups)
{
    std::ranges::stable_sort(groups, std::greater<>(), weight);
    groups = groups.first(std::min(groups.size(), mostGroups));
    std::ranges::sort(groups, {}, &GroupCurves::name);
    return groups;
}

QList<ChartCurve> groupCurves(const History& history, TimePoint from)
{
    QList<ChartCurve> curves;
    int color = 0;
    for (const GroupCurves& group : busiest(curvesByName(history, from))) {
        const QString name = format::oneLine(group.name, 30);
        curves.append({.name = name, .samples = group.pending, .color = color});
        curves.append(
            {.name = OverviewCharts::tr("%1 lag").arg(name),
             .samples = group.lag,
             .color = color,
             .isDashed = true});
        ++color;
    }
    return curves;
}

} // namespace

OverviewCharts::OverviewCharts(const Thresholds& thresholds, QWidget* parent)
    : QWidget(parent)
    , m_grid(new QGridLayout(this))
    , m_backlog(new TimeChart(tr("Backlog"), Unit::Rows, this))
    , m_rates(new TimeChart(tr("Rows in and out"), Unit::RowsPerSecond, this))
    , m_relayLag(new TimeChart(tr("Relay lag"), Unit::Seconds, this))
    , m_groups(new TimeChart(tr("Pending and lag"), Unit::Entries, this))
{
    m_backlog->setObjectName(u"chart:backlog"_s);
    m_rates->setObjectName(u"chart:rates"_s);
    m_relayLag->setObjectName(u"chart:relayLag"_s);
    m_groups->setObjectName(u"chart:groups"_s);
    m_grid->setContentsMargins({});
    m_grid->setSpacing(10);
    m_relayLag->setLimit(std::chrono::duration<double>(thresholds.oldestUnpublished).count());
    for (TimeChart* chart : charts()) {
        for (TimeChart* other : charts())
            connect(chart, &TimeChart::hovered, other, &TimeChart::showCursor);
    }
    setColumns(2);
}

void OverviewCharts::show(const History& history, TimePoint from, TimePoint to)
{
    // A bit more, so that lines enter from the left edge.
    const TimePoint before = from - std::chrono::minutes(2);
    const auto all = history.samples(Series::Backlog, {});
    const auto since = all.isEmpty() ? std::nullopt : std::optional(all.first().at);
    m_backlog->show(
        {{.name = tr("unpublished"),
          .samples = history.samples(Series::Backlog, before),
          .isFilled = true}},
        from,
        to,
        since);
    m_rates->show(
        {{.name = tr("in"), .samples = history.samples(Series::CreatedRate, before), .color = 0},
         {.name = tr("relayed"),
          .samples = history.samples(Series::PublishedRate, before),
          .color = 2}},
        from,
        to,
        since);
    m_relayLag->show(
        {{.name = tr("oldest unpublished"),
          .samples = history.samples(Series::OldestAge, before),
          .color = 1,
          .isFilled = true}},
        from,
        to,
        since);
    m_groups->show(groupCurves(history, before), from, to, since);
}

void OverviewCharts::setColumns(int columns)
{
    if (columns == m_columns)
        return;
    m_columns = columns;
    // Rows and columns that were used before keep their stretch.
    for (int i = 0; i < int(charts().size()); ++i) {
        m_grid->setRowStretch(i, 0);
        m_grid->setColumnStretch(i, 0);
    }
    int next = 0;
    for (TimeChart* chart : charts()) {
        m_grid->addWidget(chart, next / columns, next % columns);
        m_grid->setRowStretch(next / columns, 1);
        m_grid->setColumnStretch(next % columns, 1);
        ++next;
    }
}

} // namespace outboard
