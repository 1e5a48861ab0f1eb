// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialogs/incidentactions.h"
#include "dialogs/incidentcomparedialog.h"
#include "panels/overviewpanel.h"
#include "panels/overviewtime.h"
#include "parts/banner.h"
#include "parts/choice.h"
#include "plots/decimate.h"
#include "plots/timechart.h"
#include "services/historykeeper.h"
#include "services/incidentsnapshot.h"
#include "support/builders.h"
#include "support/offscreenmain.h"
#include "widgets/panelworld.h"

#include <QAction>
#include <QElapsedTimer>
#include <QFileDialog>
#include <QImage>
#include <QPlainTextEdit>
#include <QSignalSpy>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const TimePoint start{std::chrono::sys_days{std::chrono::year(2026) / 3 / 1} + 3h + 14min};
const ChartRange hour{start - 1h, start};

/// A line through samples `step` apart, up to `start`.
ChartCurve curveOf(int count, Microseconds step)
{
    ChartCurve curve{.name = u"rows"_s, .samples = {}, .marksGaps = true};
    for (int i = count; i > 0; --i)
        curve.samples.append({start - step * i, double(i % 50)});
    return curve;
}

int breaks(const QList<QPointF>& points)
{
    return int(
        std::ranges::count_if(points, [](const QPointF& point) { return std::isnan(point.y()); }));
}

QWidget* plotOf(TimeChart& chart)
{
    return chart.findChild<QWidget*>(u"plot"_s);
}

/// Rounds of yesterday with a known backlog, as another program left them.
void storeYesterday(const QString& path, TimePoint now)
{
    const auto store = HistoryStore::open(path);
    QVERIFY(store);
    Finding finding;
    finding.id = u"relay_slow"_s;
    finding.title = u"The relay was slow"_s;
    finding.since = now - 20h;
    QList<HistoryRow> rows;
    for (int i = 0; i < 120; ++i) {
        HistoryRow row{now - 20h + i * 60s, {{{Series::Backlog, {}}, 700.0 + i}}, {}};
        row.values[{Series::GroupLag, u"order.paid / gone"_s}] = 9'000;
        if (i < 30)
            row.findings = {finding};
        rows.append(row);
    }
    QVERIFY((*store)->append(rows));
}

/// The overview over a store, which holds yesterday.
struct KeptWorld : PanelWorld
{
    KeptWorld()
    {
        path = HistoryKeeper::fileOf(directory.path(), u"shop"_s);
        storeYesterday(path, *now);
        keeper = new HistoryKeeper(
            path, session->poller(), [at = now] { return *at; }, session.get());
        panel = std::make_unique<OverviewPanel>(host());
        panel->resize(1280, 900);
        panel->show();
    }

    TimeChart* chart(const QString& name) const
    {
        return panel->findChild<TimeChart*>(u"chart:"_s + name);
    }

    OverviewTime* time() const { return panel->findChild<OverviewTime*>(); }

    void choose(int index) const
    {
        auto* choice = panel->findChild<Choice*>(u"window"_s);
        choice->setCurrent(index);
        emit choice->chosen(index);
    }

    void trigger(const QString& action) const { panel->findChild<QAction*>(action)->trigger(); }

    /// Answers the file dialog that this action opens.
    QString saved(const QString& action, const QString& name)
    {
        trigger(action);
        auto* prompt = panel->findChildren<QFileDialog*>(u"filePrompt"_s).last();
        const QString file = directory.filePath(name);
        emit prompt->fileSelected(file);
        prompt->close();
        return file;
    }

    QString path;
    HistoryKeeper* keeper = nullptr;
    std::unique_ptr<OverviewPanel> panel;
};

QByteArray contentOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class TestHistoryCharts : public QObject
{
    Q_OBJECT

private slots:
    void rangesStayInBounds();
    void zoomingKeepsTheMomentUnderTheMouse();
    void samplesFarApartAreJoinedUnlessAGapIsMarked();
    void draggingMovesTheTime();
    void theWheelZoomsOnlyWithCtrl();
    void aDoubleClickGoesBackToNow();
    void theCursorTellsWhatHappened();
    void theCursorSaysUnknownInAGap();
    void csvHasTimesUnitsAndEmptyCells();
    void aDayIsDrawnFast();
    void chartsBeginWithWhatWasStored();
    void aGroupThatIsGoneIsStillInThePast();
    void buttonsMoveAndZoomAndGoBack();
    void findingsAndDeedsAreMarked();
    void exportsWhatIsShown();
    void aStoreThatFailsIsSaid();
    void theSnapshotIsSavedAndCompared();
};

void TestHistoryCharts::rangesStayInBounds()
{
    QCOMPARE(moved(hour, -30min, start), (ChartRange{start - 90min, start - 30min}));
    QCOMPARE(moved(hour, 30min, start), hour);
    QCOMPARE(zoomed(hour, 0, start, start).span(), Microseconds(ChartRange::shortest));
    QCOMPARE(zoomed(hour, 1e9, start, start).span(), Microseconds(ChartRange::longest));
    QCOMPARE(zoomed(hour, 2, start - 1h, start), (ChartRange{start - 2h, start}));
}

void TestHistoryCharts::zoomingKeepsTheMomentUnderTheMouse()
{
    const TimePoint around = start - 15min;
    const ChartRange closer = zoomed(hour, 0.5, around, start);
    QCOMPARE(closer.span(), Microseconds(30min));
    // It stays three quarters along the axis.
    QCOMPARE(around - closer.from, Microseconds(22min + 30s));
}

void TestHistoryCharts::samplesFarApartAreJoinedUnlessAGapIsMarked()
{
    TimeChart chart(u"Backlog"_s, Unit::Rows);
    chart.resize(600, 220);
    chart.QWidget::show();
    ChartCurve curve = curveOf(4'000, 10min);
    chart.show({curve}, start - 30 * 24h, start, start - 30 * 24h);
    QCOMPARE(breaks(chart.drawn(0)), 0);
    QVERIFY(chart.drawn(0).size() > 500); // Decimated, peaks and all.

    curve.samples[3'000].value = std::nullopt;
    chart.show({curve}, start - 30 * 24h, start, start - 30 * 24h);
    QCOMPARE(breaks(chart.drawn(0)), 1);
}

void TestHistoryCharts::draggingMovesTheTime()
{
    TimeChart chart(u"Backlog"_s, Unit::Rows);
    chart.resize(600, 220);
    chart.QWidget::show();
    chart.show({curveOf(3'600, 1s)}, hour.from, hour.to, start - 2h);
    std::optional<ChartRange> wanted;
    connect(
        &chart, &TimeChart::rangeWanted, this, [&](const ChartRange& range) { wanted = range; });
    QWidget* plot = plotOf(chart);
    const QPoint middle = plot->rect().center();
    QTest::mousePress(plot, Qt::LeftButton, {}, middle);
    QTest::mouseMove(plot, middle + QPoint(100, 0));
    QTest::mouseRelease(plot, Qt::LeftButton, {}, middle + QPoint(100, 0));
    QVERIFY(wanted);
    QCOMPARE(wanted->span(), Microseconds(1h));
    // To the right: earlier, by about a fifth of the width.
    QVERIFY(wanted->from < start - 1h - 5min && wanted->from > start - 1h - 20min);

    wanted.reset();
    QTest::mouseMove(plot, middle);
    QVERIFY(!wanted);
}

void TestHistoryCharts::theWheelZoomsOnlyWithCtrl()
{
    TimeChart chart(u"Backlog"_s, Unit::Rows);
    chart.resize(600, 220);
    chart.show({curveOf(3'600, 1s)}, hour.from, hour.to, start - 2h);
    std::optional<ChartRange> wanted;
    connect(
        &chart, &TimeChart::rangeWanted, this, [&](const ChartRange& range) { wanted = range; });
    QWidget* plot = plotOf(chart);
    const auto turn = [&](Qt::KeyboardModifiers modifiers) {
        const QPointF at = plot->rect().center();
        QWheelEvent wheel(at, at, {}, {0, 120}, Qt::NoButton, modifiers, Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(plot, &wheel);
    };
    turn(Qt::NoModifier);
    QVERIFY(!wanted);
    turn(Qt::ControlModifier);
    QVERIFY(wanted);
    QCOMPARE(wanted->span(), Microseconds(48min));
}

void TestHistoryCharts::aDoubleClickGoesBackToNow()
{
    TimeChart chart(u"Backlog"_s, Unit::Rows);
    QSignalSpy back(&chart, &TimeChart::nowWanted);
    QTest::mouseDClick(plotOf(chart), Qt::LeftButton);
    QCOMPARE(back.size(), 1);
}

void TestHistoryCharts::theCursorTellsWhatHappened()
{
    TimeChart chart(u"Backlog"_s, Unit::Rows);
    chart.resize(600, 220);
    chart.QWidget::show();
    chart.setMarks(
        {{start - 50min, start - 40min, u"Relay slow"_s, Tone::Warning},
         {start - 20min, std::nullopt, u"ada: Claim\n\u202e"_s, Tone::Accent},
         {start - 5h, start - 4h, u"Long ago"_s, Tone::Notice}});
    chart.show({curveOf(3'600, 1s)}, hour.from, hour.to, start - 2h);
    QCOMPARE(chart.marksDrawn(), 2);
    QVERIFY(chart.textAt(start - 45min).contains(u"Relay slow"));
    QVERIFY(!chart.textAt(start - 30min).contains(u"Relay slow"));
    const QString deed = chart.textAt(start - 20min);
    QVERIFY2(deed.contains(u"ada: Claim\\n\\u202e"), qPrintable(deed));
    QVERIFY2(deed.contains(u"rows  "), qPrintable(deed));
}

void TestHistoryCharts::theCursorSaysUnknownInAGap()
{
    ChartCurve curve{.name = u"rows"_s, .samples = {}, .marksGaps = true};
    curve.samples = {
        {start - 1h, 5.0},
        {start - 59min, std::nullopt},
        {start - 11min, std::nullopt},
        {start - 10min, 7.0},
        {start, 7.0}};
    const auto valueAt = [&](TimePoint at) {
        const Sample* sample = sampleAt(curve, at);
        return sample ? sample->value : std::nullopt;
    };
    QCOMPARE(valueAt(start - 1h), std::optional(5.0));
    QCOMPARE(valueAt(start - 30min), std::optional<double>());
    QCOMPARE(valueAt(start - 4min), std::optional(7.0));
    QVERIFY(!sampleAt(curve, start + 1h));
}

void TestHistoryCharts::csvHasTimesUnitsAndEmptyCells()
{
    const CsvChart backlog{
        u"Backlog"_s,
        Unit::Rows,
        {{.name = u"=unpublished, all"_s,
          .samples = {{start - 2s, 1.0}, {start - 1s, std::nullopt}, {start, 12'345'678.0}}}}};
    const CsvChart age{
        u"Relay lag"_s, Unit::Seconds, {{.name = u"oldest"_s, .samples = {{start, 0.25}}}}};
    QCOMPARE(
        chartsCsv({backlog, age}, start - 1s, start),
        QByteArray("time (UTC),\"Backlog: =unpublished, all (rows)\",Relay lag: oldest (s)\r\n"
                   "2026-03-01T03:13:59.000Z,,\r\n"
                   "2026-03-01T03:14:00.000Z,12345678,0.25\r\n"));
}

void TestHistoryCharts::aDayIsDrawnFast()
{
    TimeChart chart(u"Backlog"_s, Unit::Rows);
    chart.resize(600, 220);
    chart.QWidget::show();
    QList<ChartMark> marks;
    for (int i = 0; i < 60; ++i)
        marks.append({start - i * 20min, std::nullopt, u"x"_s, Tone::Accent});
    chart.setMarks(marks);
    // As many as are kept of a day.
    const ChartCurve day = curveOf(2'600, 33s);
    QBENCHMARK
    {
        chart.show({day}, start - 24h, start, start - 24h);
        chart.grab();
    }
    QVERIFY(chart.drawn(0).size() <= 4 * 601);
}

void TestHistoryCharts::chartsBeginWithWhatWasStored()
{
    KeptWorld world;
    world.round(*world.panel);
    world.choose(4);
    QTRY_VERIFY(world.chart(u"backlog"_s)->drawn(0).size() > 40);
    const QList<QPointF> points = world.chart(u"backlog"_s)->drawn(0);
    QCOMPARE(points.first().y(), 700.0);
    QCOMPARE(points.last().y(), 12.0);
    // Between yesterday and now nobody measured.
    QVERIFY(breaks(points) > 0);
    // The choice is remembered.
    QCOMPARE(world.settings.value(u"overview/window"_s).toInt(), 4);
}

void TestHistoryCharts::aGroupThatIsGoneIsStillInThePast()
{
    KeptWorld world;
    world.round(*world.panel);
    world.choose(4);
    QTRY_VERIFY(world.chart(u"groups"_s)->legendText().contains(u"gone lag"));
    world.choose(0);
    QTRY_VERIFY(!world.chart(u"groups"_s)->legendText().contains(u"gone lag"));
}

void TestHistoryCharts::buttonsMoveAndZoomAndGoBack()
{
    KeptWorld world;
    world.round(*world.panel);
    world.choose(2);
    const TimePoint now = *world.now;
    OverviewTime* time = world.time();
    QCOMPARE(time->range(now), (ChartRange{now - 1h, now}));
    world.trigger(u"chartsLater"_s);
    QCOMPARE(time->range(now), (ChartRange{now - 1h, now}));
    world.trigger(u"chartsEarlier"_s);
    QCOMPARE(time->range(now), (ChartRange{now - 90min, now - 30min}));
    world.trigger(u"chartsZoomOut"_s);
    QCOMPARE(time->range(now), (ChartRange{now - 2h, now}));
    QVERIFY(!time->isLive());
    world.trigger(u"chartsNow"_s);
    QVERIFY(time->isLive());
    QCOMPARE(time->range(now), (ChartRange{now - 1h, now}));
    // Far back, what was stored there appears.
    time->pin({now - 19h, now - 18h});
    QTRY_VERIFY(world.chart(u"backlog"_s)->drawn(0).size() > 50);
}

void TestHistoryCharts::findingsAndDeedsAreMarked()
{
    KeptWorld world;
    world.round(*world.panel);
    // What the operator did, through the journal.
    QVERIFY(world.session->arm(u"shop"_s));
    const auto claimed =
        world.session->acknowledgeProcessed(BrokerTopic("order.paid"), GroupName("billing"));
    QTRY_VERIFY(claimed.answer.isFinished());
    *world.now += 10s;
    world.choose(4);
    world.round(*world.panel);
    TimeChart* chart = world.chart(u"backlog"_s);
    QTRY_VERIFY(chart->textAt(*world.now - 20h + 5min).contains(u"The relay was slow"));
    QTRY_VERIFY2(
        chart->textAt(*world.now - 10s).contains(u"Acknowledge"),
        qPrintable(chart->textAt(*world.now - 10s)));
    QVERIFY(chart->marksDrawn() >= 2);
}

void TestHistoryCharts::exportsWhatIsShown()
{
    KeptWorld world;
    world.round(*world.panel);
    world.choose(4);
    QTRY_VERIFY(world.chart(u"backlog"_s)->drawn(0).size() > 40);

    const QByteArray csv = contentOf(world.saved(u"chartsCsv"_s, u"charts.csv"_s));
    const QList<QByteArray> lines = csv.split('\n');
    QVERIFY2(lines.first().startsWith("time (UTC),Backlog: unpublished (rows),"), csv.constData());
    QVERIFY(csv.contains(QByteArray(isoText(*world.now - 20h).toLatin1() + ",700,")));
    QVERIFY(csv.contains(QByteArray(isoText(*world.now).toLatin1() + ",12,")));

    const QImage picture(world.saved(u"chartsPng"_s, u"charts.png"_s));
    QVERIFY(picture.width() > 800 && picture.height() > 200);
    QVERIFY2(world.notes.last().contains(u"charts.png"), qPrintable(world.notes.last()));
}

void TestHistoryCharts::aStoreThatFailsIsSaid()
{
    KeptWorld world;
    world.round(*world.panel);
    world.keeper->flush();
    auto* banner = world.panel->findChild<Banner*>(u"historyBanner"_s);
    QTRY_COMPARE(world.keeper->waiting(), 0);
    QVERIFY(!banner->isVisible());

    PanelWorld damaged;
    const QString path = damaged.directory.filePath(u"h.sqlite"_s);
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray(8192, 'x'));
    file.close();
    auto* keeper = new HistoryKeeper(
        path, damaged.session->poller(), [at = damaged.now] { return *at; }, damaged.session.get());
    OverviewPanel panel(damaged.host());
    panel.show();
    damaged.round(panel);
    keeper->flush();
    auto* said = panel.findChild<Banner*>(u"historyBanner"_s);
    QTRY_VERIFY(said->isVisible());
    QVERIFY(said->content().text.contains(path));
    damaged.round(panel);
    QVERIFY(damaged.session->poller().latest()->outbox);
}

void TestHistoryCharts::theSnapshotIsSavedAndCompared()
{
    KeptWorld world;
    world.round(*world.panel);
    const QString page = world.saved(u"command:incident:save"_s, u"incident.html"_s);
    QTRY_VERIFY(QFile::exists(page));
    const auto document = readIncident(page);
    QVERIFY(document);
    QCOMPARE((*document)[u"profile"_s].toString(), u"shop"_s);
    QVERIFY(contentOf(page).contains("billing-1"));

    for (const OutboxRow& row : world.backends->outboxTable().rows())
        world.backends->outboxTable().setState(row.id, RowState::Published);
    *world.now += 1min;
    world.round(*world.panel);
    world.panel->findChild<IncidentActions*>()->compareWith(page);
    QTRY_VERIFY(world.panel->findChild<IncidentCompareDialog*>());
    auto* dialog = world.panel->findChild<IncidentCompareDialog*>();
    auto* text = dialog->findChild<QPlainTextEdit*>(u"comparison"_s);
    QVERIFY2(text->toPlainText().contains(u"Backlog: 12 → 0"), qPrintable(text->toPlainText()));
    dialog->showFile(page);
    QVERIFY(text->toPlainText().contains(u"Nothing changed."));
    dialog->showFile(world.path);
    QVERIFY(text->toPlainText().contains(u"Nothing changed."));
}

OUTBOARD_OFFSCREEN_MAIN(TestHistoryCharts)
#include "tst_historycharts.moc"
