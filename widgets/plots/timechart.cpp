// SPDX-License-Identifier: GPL-3.0-or-later
// qcustomplot.h uses foreach.
#undef QT_NO_FOREACH

#include "plots/timechart.h"

#include "parts/label.h"
#include "plots/chartmouse.h"
#include "plots/decimate.h"
#include "plots/legend.h"
#include "text/format.h"

#include <QEvent>
#include <QVBoxLayout>
#include <qcustomplot.h>

#include <algorithm>
#include <cmath>

namespace outboard {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr int pixelsPerTick = 26;
constexpr auto shortestSpan = 60s;
constexpr qsizetype mostMarks = 200;
constexpr double cursorReach = 4;     // pixels
constexpr double stripHeight = 0.035; // of the plot

TimePoint timeOf(double plotted)
{
    return TimePoint(
        std::chrono::duration_cast<Microseconds>(std::chrono::duration<double>(plotted)));
}

/// Ticks and labels that suit a unit.
class UnitTicker final : public QCPAxisTicker
{
public:
    explicit UnitTicker(Unit unit)
        : m_unit(unit)
    {}

protected:
    double getTickStep(const QCPRange& range) override
    {
        return unitStep(m_unit, range.size(), tickCount());
    }

    int getSubTickCount(double) override { return 0; }

    QString getTickLabel(double tick, const QLocale&, QChar, int) override
    {
        return unitTick(m_unit, tick);
    }

private:
    Unit m_unit;
};

} // namespace

struct TimeChart::Private
{
    Unit unit = Unit::Rows;
    Label* since = nullptr;
    Legend* legend = nullptr;
    QCustomPlot* plot = nullptr;
    QSharedPointer<QCPAxisTickerDateTime> clock;
    QCPItemLine* cursor = nullptr;
    QCPItemText* cursorText = nullptr;
    QCPItemStraightLine* limitLine = nullptr;
    QCPItemText* empty = nullptr;
    QList<ChartCurve> curves;
    QList<ChartMark> marks;
    QList<QCPAbstractItem*> markItems;
    TimePoint from;
    TimePoint to;
    std::optional<TimePoint> measuringSince;
    std::optional<TimePoint> cursorAt;
    std::optional<double> limit;
    ChartMouse* mouse = nullptr;

    ChartAxis timeAxis() const;
    void setUpAxes();
    void setUpItems();
    void setTimeAxis(TimePoint start);
    void setValueAxis(double highest);
    double addGraph(const ChartCurve& curve);
    QCPAbstractItem* drawMark(const ChartMark& mark);
};

ChartAxis TimeChart::Private::timeAxis() const
{
    const QCPRange range = plot->xAxis->range();
    return {
        {timeOf(range.lower), timeOf(range.upper)},
        plot->axisRect()->left(),
        plot->axisRect()->width()};
}

void TimeChart::Private::setUpAxes()
{
    QFont small = plot->font();
    small.setPixelSize(11);
    clock = QSharedPointer<QCPAxisTickerDateTime>::create();
    plot->xAxis->setTicker(clock);
    plot->yAxis->setTicker(QSharedPointer<UnitTicker>::create(unit));
    for (QCPAxis* axis : {plot->xAxis, plot->yAxis}) {
        axis->setTickLabelFont(small);
        axis->setSubTicks(false);
        axis->setTickLength(0);
        axis->setTickLabelPadding(5);
    }
    plot->xAxis->grid()->setVisible(false);
    plot->axisRect()->setAutoMargins(QCP::msBottom | QCP::msTop);
    // Fixed, so that the time axes of charts above each other line up.
    plot->axisRect()->setMargins(QMargins(56, 0, 14, 0));
    plot->axisRect()->setMinimumMargins(QMargins(56, 8, 14, 22));
}

void TimeChart::Private::setUpItems()
{
    QFont small = plot->font();
    small.setPixelSize(11);
    limitLine = new QCPItemStraightLine(plot);
    limitLine->setVisible(false);
    cursor = new QCPItemLine(plot);
    cursor->start->setTypeX(QCPItemPosition::ptPlotCoords);
    cursor->end->setTypeX(QCPItemPosition::ptPlotCoords);
    cursor->start->setTypeY(QCPItemPosition::ptAxisRectRatio);
    cursor->end->setTypeY(QCPItemPosition::ptAxisRectRatio);
    cursorText = new QCPItemText(plot);
    cursorText->position->setTypeX(QCPItemPosition::ptPlotCoords);
    cursorText->position->setTypeY(QCPItemPosition::ptAxisRectRatio);
    cursorText->setFont(small);
    cursorText->setTextAlignment(Qt::AlignLeft);
    cursorText->setPadding(QMargins(7, 5, 7, 5));
    cursorText->setClipToAxisRect(false);
    empty = new QCPItemText(plot);
    empty->position->setType(QCPItemPosition::ptAxisRectRatio);
    empty->position->setCoords(0.5, 0.5);
    empty->setFont(plot->font());
    cursor->setVisible(false);
    cursorText->setVisible(false);
}

TimeChart::TimeChart(const QString& title, Unit unit, QWidget* parent)
    : Card(parent)
    , m_title(title)
    , d(new Private)
{
    setAccessibleName(title);
    d->unit = unit;
    auto* name = new Label(this, Label::Style::Strong);
    name->setText(title);
    d->since = new Label(this, Label::Style::Small, Tone::Muted);
    d->legend = new Legend(this);
    d->plot = new QCustomPlot(this);
    d->plot->setObjectName(u"plot"_s);
    d->mouse = new ChartMouse(
        d->plot, [this] { return d->timeAxis(); }, this);
    connect(d->mouse, &ChartMouse::hovered, this, &TimeChart::hovered);
    connect(d->mouse, &ChartMouse::rangeWanted, this, &TimeChart::rangeWanted);
    connect(d->mouse, &ChartMouse::nowWanted, this, &TimeChart::nowWanted);
    d->plot->setMinimumHeight(84);
    auto* line = new QHBoxLayout;
    line->setContentsMargins(14, 8, 14, 0);
    line->setSpacing(10);
    line->addWidget(name);
    line->addWidget(d->since);
    line->addWidget(d->legend, 1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(1, 1, 1, 5);
    column->setSpacing(0);
    column->addLayout(line);
    column->addWidget(d->plot, 1);
    d->setUpAxes();
    d->setUpItems();
    recolor();
}

TimeChart::~TimeChart() = default;

void TimeChart::show(
    QList<ChartCurve> curves, TimePoint from, TimePoint to, std::optional<TimePoint> measuringSince)
{
    d->curves = std::move(curves);
    d->from = from;
    d->to = to;
    d->measuringSince = measuringSince;
    redraw();
}

void TimeChart::setMarks(const QList<ChartMark>& marks)
{
    d->marks = marks;
}

qsizetype TimeChart::marksDrawn() const
{
    return d->markItems.size();
}

Unit TimeChart::unit() const
{
    return d->unit;
}

const QList<ChartCurve>& TimeChart::curves() const
{
    return d->curves;
}

QString TimeChart::textAt(TimePoint at) const
{
    const double pixels = std::max(d->plot->axisRect()->width(), 1);
    const auto reach = std::chrono::duration_cast<Microseconds>(
        std::chrono::duration<double>(d->plot->xAxis->range().size() / pixels * cursorReach));
    return outboard::cursorText(d->curves, d->marks, d->unit, at, d->to, reach);
}

void TimeChart::setLimit(std::optional<double> value)
{
    d->limit = value;
}

void TimeChart::showCursor(std::optional<TimePoint> at)
{
    d->cursorAt = at;
    redrawCursor();
    redrawLegend();
    d->plot->replot(QCustomPlot::rpQueuedReplot);
}

QList<QPointF> TimeChart::drawn(qsizetype curve) const
{
    QList<QPointF> points;
    for (const QCPGraphData& point : *d->plot->graph(int(curve))->data())
        points.append({point.key, point.value});
    return points;
}

QString TimeChart::emptyText() const
{
    return d->empty->visible() ? d->empty->text() : QString();
}

QString TimeChart::legendText() const
{
    return d->legend->accessibleName();
}

double TimeChart::Private::addGraph(const ChartCurve& curve)
{
    const Theme& theme = currentTheme();
    const QColor color = theme.curves.at(size_t(curve.color) % theme.curves.size());
    QCPGraph* graph = plot->addGraph();
    graph->setPen(QPen(color, 1.5, curve.isDashed ? Qt::DashLine : Qt::SolidLine));
    if (curve.isFilled) {
        QColor soft = color;
        soft.setAlphaF(0.13F);
        graph->setBrush(soft);
    }
    QList<double> keys;
    QList<double> values;
    double highest = 0;
    const Microseconds join = curve.marksGaps ? Microseconds::max() : longestJoin;
    const int columns = plot->axisRect()->width();
    for (const QPointF& point : decimate(curve.samples, from, to, columns, join)) {
        keys.append(point.x());
        values.append(point.y());
        highest = std::isnan(point.y()) ? highest : std::max(highest, point.y());
    }
    graph->setData(keys, values, true);
    return highest;
}

void TimeChart::Private::setTimeAxis(TimePoint start)
{
    plot->xAxis->setRange(plotSeconds(start), plotSeconds(to));
    clock->setDateTimeFormat(
        to - start <= 10min     ? u"hh:mm:ss"_s
        : to - start <= 36h     ? u"hh:mm"_s
        : to - start <= 8 * 24h ? u"ddd hh:mm"_s
                                : u"d MMM"_s);
    clock->setTickCount(std::max(2, plot->axisRect()->width() / 110));
}

void TimeChart::Private::setValueAxis(double highest)
{
    const double lowestTop = unit == Unit::Seconds ? 10 : 1;
    plot->yAxis->ticker()->setTickCount(
        std::clamp(plot->axisRect()->height() / pixelsPerTick, 2, 8));
    plot->yAxis->setRange(0, std::max(highest, lowestTop) * 1.12);
    // A limit far above everything would press the curves flat; then it is left out.
    limitLine->setVisible(limit && *limit <= highest * 3 && highest > 0);
    if (!limitLine->visible())
        return;
    plot->yAxis->setRange(0, std::max(highest, *limit) * 1.12);
    limitLine->point1->setCoords(plotSeconds(from), *limit);
    limitLine->point2->setCoords(plotSeconds(to), *limit);
}

void TimeChart::redraw()
{
    d->plot->clearGraphs();
    const bool isYoung = d->measuringSince && *d->measuringSince > d->from;
    TimePoint start = isYoung ? *d->measuringSince : d->from;
    start = std::min<TimePoint>(start, d->to - shortestSpan);
    d->setTimeAxis(start);
    double highest = 0;
    qsizetype longest = 0; // Known values of the curve that has most of them.
    for (const ChartCurve& curve : d->curves) {
        highest = std::max(highest, d->addGraph(curve));
        longest =
            std::max(longest, std::ranges::count_if(curve.samples, [this](const Sample& sample) {
                         return sample.value && sample.at >= d->from;
                     }));
    }
    d->setValueAxis(highest);
    const QString since = d->measuringSince ? format::time(d->measuringSince, d->to) : QString();
    d->since->setText(isYoung && longest > 1 ? tr("since %1").arg(since) : QString());
    d->plot->xAxis->setTickLabels(d->measuringSince.has_value());
    d->empty->setVisible(longest < 2); // One point makes no line.
    d->empty->setText(
        !d->measuringSince ? tr("Nothing measured yet")
        : longest == 1     ? tr("Measuring since %1").arg(since)
                           : tr("Measuring since %1; nothing known yet").arg(since));
    redrawMarks();
    redrawCursor();
    redrawLegend();
    d->plot->replot(QCustomPlot::rpQueuedReplot);
}

QCPAbstractItem* TimeChart::Private::drawMark(const ChartMark& mark)
{
    const QColor color = currentTheme().color(mark.tone);
    const auto place = [](QCPItemPosition* position, TimePoint at, double y) {
        position->setTypeX(QCPItemPosition::ptPlotCoords);
        position->setTypeY(QCPItemPosition::ptAxisRectRatio);
        position->setCoords(plotSeconds(at), y);
    };
    if (!mark.to) {
        auto* line = new QCPItemLine(plot);
        line->setPen(QPen(color, 1, Qt::DotLine));
        line->setTail(QCPLineEnding(QCPLineEnding::esDisc, 5, 5));
        place(line->start, mark.from, 2 * stripHeight);
        place(line->end, mark.from, 1);
        return line;
    }
    auto* strip = new QCPItemRect(plot);
    // A short one is still to be seen.
    strip->setPen(QPen(color, 1));
    strip->setBrush(color);
    place(strip->topLeft, mark.from, 0);
    place(strip->bottomRight, *mark.to, stripHeight);
    return strip;
}

void TimeChart::redrawMarks()
{
    for (QCPAbstractItem* item : std::exchange(d->markItems, {}))
        d->plot->removeItem(item);
    for (auto it = d->marks.crbegin(); it != d->marks.crend(); ++it) {
        const bool isShown = it->from <= d->to && it->to.value_or(it->from) >= d->from;
        if (isShown && d->markItems.size() < mostMarks)
            d->markItems.append(d->drawMark(*it));
    }
}

void TimeChart::redrawCursor()
{
    const bool isShown = d->cursorAt && !d->curves.isEmpty()
                         && d->plot->xAxis->range().contains(plotSeconds(*d->cursorAt));
    d->cursor->setVisible(isShown);
    d->cursorText->setVisible(isShown && d->mouse->isInside());
    if (!isShown)
        return;
    const double x = plotSeconds(*d->cursorAt);
    d->cursor->start->setCoords(x, 0);
    d->cursor->end->setCoords(x, 1);
    const bool isRight = x > d->plot->xAxis->range().center();
    d->cursorText->setText(textAt(*d->cursorAt));
    d->cursorText->position->setCoords(x, 0.04);
    d->cursorText->setPositionAlignment((isRight ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignTop);
}

void TimeChart::redrawLegend()
{
    const Theme& theme = currentTheme();
    QList<LegendItem> items;
    for (const ChartCurve& curve : d->curves) {
        const Sample* sample = d->cursorAt               ? sampleAt(curve, *d->cursorAt)
                               : curve.samples.isEmpty() ? nullptr
                                                         : &curve.samples.last();
        items.append(
            {curve.name,
             unitText(d->unit, sample ? sample->value : std::nullopt),
             theme.curves.at(size_t(curve.color) % theme.curves.size()),
             curve.isDashed});
    }
    d->legend->show(items);
}

void TimeChart::recolor()
{
    const Theme& theme = currentTheme();
    d->plot->setBackground(QBrush(theme.surface));
    for (QCPAxis* axis : {d->plot->xAxis, d->plot->yAxis}) {
        axis->setBasePen(axis == d->plot->xAxis ? QPen(theme.border) : QPen(Qt::NoPen));
        axis->setTickPen(Qt::NoPen);
        axis->setTickLabelColor(theme.muted);
        axis->grid()->setPen(QPen(theme.border, 1, Qt::DotLine));
        axis->grid()->setZeroLinePen(Qt::NoPen);
    }
    d->cursor->setPen(QPen(theme.muted, 1));
    d->cursorText->setBrush(theme.surface);
    d->cursorText->setPen(theme.border);
    d->cursorText->setColor(theme.color(Tone::Neutral));
    d->limitLine->setPen(QPen(theme.color(Tone::Critical), 1, Qt::DashLine));
    d->empty->setColor(theme.muted);
}

void TimeChart::changeEvent(QEvent* event)
{
    Card::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        recolor();
        redraw();
    }
}

void TimeChart::resizeEvent(QResizeEvent* event)
{
    Card::resizeEvent(event);
    redraw();
}

} // namespace outboard
