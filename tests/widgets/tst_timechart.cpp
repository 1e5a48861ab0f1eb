// SPDX-License-Identifier: GPL-3.0-or-later
#include "plots/decimate.h"
#include "plots/timechart.h"
#include "support/offscreenmain.h"

#include <QSignalSpy>

#include <algorithm>
#include <cmath>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const TimePoint start{std::chrono::sys_days{std::chrono::year(2026) / 3 / 1} + 3h + 14min};

/// One sample a second; nullopt for each index in `gaps`.
QList<Sample> everySecond(int count, const QList<int>& gaps = {})
{
    QList<Sample> samples;
    for (int i = 0; i < count; ++i)
        samples.append(
            {start + std::chrono::seconds(i),
             gaps.contains(i) ? std::nullopt : std::optional(double(i % 50))});
    return samples;
}

int gapsIn(const QList<QPointF>& points)
{
    return int(
        std::ranges::count_if(points, [](const QPointF& point) { return std::isnan(point.y()); }));
}

} // namespace

class TestTimeChart : public QObject
{
    Q_OBJECT

private slots:
    void decimatingKeepsThePeak();
    void decimatingKeepsFewPointsForEachColumn();
    void unknownValuesStayGaps();
    void aPauseInMeasuringIsAGap();
    void theLineEntersFromTheEdge();
    void anEmptyChartSaysSinceWhenItMeasures();
    void theLegendShowsTheNewestValueWithItsUnit();
    void theCursorShowsTheValueOfThatMoment();
    void hoveringTellsTheMoment();
    void ticksSuitTheUnit_data();
    void ticksSuitTheUnit();
};

void TestTimeChart::decimatingKeepsThePeak()
{
    QList<Sample> samples = everySecond(20'000);
    samples[12'345].value = 9'999;
    samples[700].value = -5;

    const auto points = decimate(samples, start, start + 20'000s, 300);

    QCOMPARE(std::ranges::max(points, {}, &QPointF::y).y(), 9'999);
    QCOMPARE(std::ranges::min(points, {}, &QPointF::y).y(), -5);
    QVERIFY(std::ranges::is_sorted(points, {}, &QPointF::x));
}

void TestTimeChart::decimatingKeepsFewPointsForEachColumn()
{
    const auto points = decimate(everySecond(20'000), start, start + 20'000s, 300);
    QVERIFY(points.size() <= 4 * 301);
    QVERIFY(points.size() >= 300);
}

void TestTimeChart::unknownValuesStayGaps()
{
    const auto points = decimate(everySecond(100, {40, 41, 70}), start, start + 100s, 400);
    QCOMPARE(points.size(), 100);
    QCOMPARE(gapsIn(points), 3);
}

void TestTimeChart::aPauseInMeasuringIsAGap()
{
    QList<Sample> samples = everySecond(10);
    samples.append({start + 10min, 3.0});

    const auto points = decimate(samples, start, start + 11min, 200);

    QCOMPARE(gapsIn(points), 1);
    QVERIFY(std::isnan(points.at(points.size() - 2).y()));
}

void TestTimeChart::theLineEntersFromTheEdge()
{
    const auto points = decimate(everySecond(100), start + 50s, start + 99s, 400);
    QCOMPARE(points.first().x(), plotSeconds(start + 49s));
}

void TestTimeChart::anEmptyChartSaysSinceWhenItMeasures()
{
    TimeChart chart(u"Backlog"_s, Unit::Rows);
    chart.resize(500, 220);
    chart.show(
        {{.name = u"rows"_s, .samples = {{start, std::nullopt}}}}, start - 5min, start, start);
    QVERIFY2(chart.emptyText().contains(u"03:14:00"), qPrintable(chart.emptyText()));

    // One point makes no line.
    chart.show({{.name = u"rows"_s, .samples = {{start, 0.0}}}}, start - 5min, start, start);
    QCOMPARE(chart.emptyText(), u"Measuring since 03:14:00"_s);

    chart.show(
        {{.name = u"rows"_s, .samples = {{start - 1s, 0.0}, {start, 0.0}}}},
        start - 5min,
        start,
        start - 1s);
    QCOMPARE(chart.emptyText(), QString());
}

void TestTimeChart::theLegendShowsTheNewestValueWithItsUnit()
{
    TimeChart chart(u"Relay lag"_s, Unit::Seconds);
    chart.resize(500, 220);
    chart.show(
        {{.name = u"oldest"_s, .samples = {{start - 10s, 1.0}, {start, 425.0}}},
         {.name = u"other"_s, .samples = {{start - 10s, 1.0}, {start, std::nullopt}}}},
        start - 5min,
        start,
        start - 5min);
    QVERIFY2(chart.legendText().contains(u"oldest 7 min 05 s"), qPrintable(chart.legendText()));
    QVERIFY2(chart.legendText().contains(u"other ?"), qPrintable(chart.legendText()));
}

void TestTimeChart::theCursorShowsTheValueOfThatMoment()
{
    TimeChart chart(u"Backlog"_s, Unit::Rows);
    chart.resize(500, 220);
    chart.show({{.name = u"rows"_s, .samples = everySecond(50)}}, start, start + 49s, start);
    QVERIFY(chart.legendText().contains(u"rows 49"));

    chart.showCursor(start + 20s + 400ms);
    QVERIFY2(chart.legendText().contains(u"rows 20"), qPrintable(chart.legendText()));

    chart.showCursor(std::nullopt);
    QVERIFY(chart.legendText().contains(u"rows 49"));
}

void TestTimeChart::hoveringTellsTheMoment()
{
    TimeChart chart(u"Backlog"_s, Unit::Rows);
    chart.resize(500, 220);
    chart.QWidget::show();
    chart.show({{.name = u"rows"_s, .samples = everySecond(200)}}, start, start + 199s, start);
    std::optional<TimePoint> moment;
    connect(&chart, &TimeChart::hovered, this, [&](std::optional<TimePoint> at) { moment = at; });
    QWidget* plot = chart.findChild<QWidget*>(u"plot"_s);
    QVERIFY(plot);

    QTest::mouseMove(plot, plot->rect().center());
    QTRY_VERIFY(moment.has_value());
    QVERIFY(*moment > start + 50s && *moment < start + 150s);

    QEvent leave(QEvent::Leave);
    QCoreApplication::sendEvent(plot, &leave);
    QVERIFY(!moment.has_value());
}

void TestTimeChart::ticksSuitTheUnit_data()
{
    QTest::addColumn<Unit>("unit");
    QTest::addColumn<double>("range");
    QTest::addColumn<QString>("label");
    QTest::newRow("few rows: whole numbers") << Unit::Rows << 2.0 << u"1"_s;
    QTest::newRow("many rows: thousands") << Unit::Rows << 60'000.0 << u"20k"_s;
    QTest::newRow("rates may be fractions") << Unit::RowsPerSecond << 1.0 << u"0.5/s"_s;
    QTest::newRow("seconds") << Unit::Seconds << 40.0 << u"30 s"_s;
    QTest::newRow("minutes") << Unit::Seconds << 900.0 << u"5 min"_s;
    QTest::newRow("hours") << Unit::Seconds << 40'000.0 << u"4 h"_s;
    QTest::newRow("days") << Unit::Seconds << 250'000.0 << u"1 d"_s;
}

void TestTimeChart::ticksSuitTheUnit()
{
    QFETCH(Unit, unit);
    QFETCH(double, range);
    QTEST(unitTick(unit, unitStep(unit, range, 3)), "label");
}

OUTBOARD_OFFSCREEN_MAIN(TestTimeChart)
#include "tst_timechart.moc"
