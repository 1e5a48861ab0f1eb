// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/overviewcharts.h"

#include "plots/timechart.h"
#include "text/format.h"

#include <QGridLayout>
#include <QPainter>

#include <algorithm>

namespace outboard {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

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
QList<GroupCurves> curvesByName(const ChartHistory& history, TimePoint from)
{
    QList<GroupCurves> curves;
    for (const QString& object : history.groups()) {
        const QString name = groupNameOf(object);
        const auto pending = history.samples(Series::GroupPending, from, object);
        const auto lag = history.samples(Series::GroupLag, from, object);
        if (pending.isEmpty() && lag.isEmpty())
            continue; // It came or went at another time.
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

/// The most it had to do while it was shown: a group that was busy and is gone is part of the
/// story.
double weight(const GroupCurves& group)
{
    const auto most = [](const QList<Sample>& samples) {
        double highest = 0;
        for (const Sample& sample : samples)
            highest = std::max(highest, sample.value.value_or(0));
        return highest;
    };
    return most(group.pending) + most(group.lag);
}

/// The groups with most to do, by name, so that a group keeps its colour.
QList<GroupCurves> busiest(QList<GroupCurves> groups)
{
    std::ranges::stable_sort(groups, std::greater<>(), weight);
    groups = groups.first(std::min(groups.size(), mostGroups));
    std::ranges::sort(groups, {}, &GroupCurves::name);
    return groups;
}

QList<ChartCurve> groupCurves(const ChartHistory& history, TimePoint from)
{
    QList<ChartCurve> curves;
    int color = 0;
    for (const GroupCurves& group : busiest(curvesByName(history, from))) {
        const QString name = format::oneLine(group.name, 30);
        curves.append({.name = name, .samples = group.pending, .color = color, .marksGaps = true});
        curves.append(
            {.name = OverviewCharts::tr("%1 lag").arg(name),
             .samples = group.lag,
             .color = color,
             .isDashed = true,
             .marksGaps = true});
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
        connect(chart, &TimeChart::rangeWanted, this, &OverviewCharts::rangeWanted);
        connect(chart, &TimeChart::nowWanted, this, &OverviewCharts::nowWanted);
    }
    setColumns(2);
}

void OverviewCharts::show(const ChartHistory& history, const ChartRange& range)
{
    m_range = range;
    // A bit more, so that lines enter from the left edge.
    const TimePoint before = range.from - std::max<Microseconds>(range.span() / 50, 2min);
    const auto since = history.since();
    const auto curve = [&](const QString& name, Series series, int color, bool isFilled) {
        return ChartCurve{
            .name = name,
            .samples = history.samples(series, before),
            .color = color,
            .isFilled = isFilled,
            .marksGaps = true};
    };
    for (TimeChart* chart : charts())
        chart->setMarks(history.marks);
    m_backlog->show(
        {curve(tr("unpublished"), Series::Backlog, 0, true)}, range.from, range.to, since);
    m_rates->show(
        {curve(tr("in"), Series::CreatedRate, 0, false),
         curve(tr("relayed"), Series::PublishedRate, 2, false)},
        range.from,
        range.to,
        since);
    m_relayLag->show(
        {curve(tr("oldest unpublished"), Series::OldestAge, 1, true)}, range.from, range.to, since);
    m_groups->show(groupCurves(history, before), range.from, range.to, since);
}

QPixmap OverviewCharts::picture(const QString& title)
{
    constexpr int edge = 16;
    constexpr int titleHeight = 40;
    const QPixmap charts = grab();
    const qreal ratio = charts.devicePixelRatio();
    QPixmap picture(
        (size().grownBy(QMargins(edge, titleHeight, edge, edge)).toSizeF() * ratio).toSize());
    picture.setDevicePixelRatio(ratio);
    picture.fill(palette().color(QPalette::Window));
    QPainter painter(&picture);
    painter.setPen(palette().color(QPalette::WindowText));
    painter.setFont(font());
    painter.drawText(
        QRect(edge, 0, width(), titleHeight),
        Qt::AlignVCenter | Qt::TextSingleLine,
        format::oneLine(title));
    painter.drawPixmap(edge, titleHeight, charts);
    return picture;
}

QByteArray OverviewCharts::csv() const
{
    QList<CsvChart> all;
    for (const TimeChart* chart : charts())
        all.append({chart->title(), chart->unit(), chart->curves()});
    return chartsCsv(all, m_range.from, m_range.to);
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
