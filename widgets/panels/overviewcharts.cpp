// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/overviewcharts.h"

#include "plots/timechart.h"
#include "text/format.h"

#include <QGridLayout>
#include <QSet>

#include <algorithm>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype mostGroups = 6; // as many as there are colours

double weight(const History& history, const QString& group)
{
    return history.latest(Series::GroupPending, group).value_or(0)
           + history.latest(Series::GroupLag, group).value_or(0);
}

/// The groups with most to do, by name.
QStringList busiest(const History& history)
{
    QStringList groups = history.groups();
    std::ranges::stable_sort(
        groups, std::greater<>(), [&](const QString& group) { return weight(history, group); });
    groups = groups.first(std::min(groups.size(), mostGroups));
    groups.sort();
    return groups;
}

/// "billing" where that is enough to tell them apart, else "order.paid / billing".
QStringList shortNames(const QStringList& groups)
{
    QStringList names;
    for (const QString& group : groups)
        names << format::oneLine(group.section(u" / "_s, -1), 30);
    const bool isAmbiguous = QSet<QString>(names.cbegin(), names.cend()).size() < names.size();
    if (!isAmbiguous)
        return names;
    names.clear();
    for (const QString& group : groups)
        names << format::oneLine(group, 40);
    return names;
}

QList<ChartCurve> groupCurves(const History& history, TimePoint from)
{
    const QStringList groups = busiest(history);
    const QStringList names = shortNames(groups);
    QList<ChartCurve> curves;
    for (int i = 0; i < int(groups.size()); ++i) {
        const QString& group = groups.at(i);
        curves.append(
            {.name = OverviewCharts::tr("%1 pending").arg(names.at(i)),
             .samples = history.samples(Series::GroupPending, from, group),
             .color = i});
        curves.append(
            {.name = OverviewCharts::tr("%1 lag").arg(names.at(i)),
             .samples = history.samples(Series::GroupLag, from, group),
             .color = i,
             .isDashed = true});
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
    , m_groups(new TimeChart(tr("Consumer groups"), Unit::Entries, this))
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
    int next = 0;
    for (TimeChart* chart : charts()) {
        m_grid->addWidget(chart, next / columns, next % columns);
        m_grid->setRowStretch(next / columns, 1);
        m_grid->setColumnStretch(next % columns, 1);
        ++next;
    }
    for (int column = columns; column < m_grid->columnCount(); ++column)
        m_grid->setColumnStretch(column, 0);
}

} // namespace outboard
