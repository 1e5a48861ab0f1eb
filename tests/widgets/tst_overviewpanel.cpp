// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/overviewpanel.h"
#include "parts/choice.h"
#include "parts/label.h"
#include "services/session.h"
#include "store/mutestore.h"
#include "support/builders.h"
#include "support/fakebackends.h"
#include "support/offscreenmain.h"
#include "support/printers.h"
#include "tray.h"
#include "widgets/panelworld.h"

#include <QDialog>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QToolButton>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const TimePoint start{std::chrono::sys_days{std::chrono::year(2026) / 3 / 1} + 3h + 14min};

using Change = std::function<void(SnapshotBuilder&)>;

TileContent tileOf(const QList<Snapshot>& rounds, const QString& id)
{
    const Profile profile = FakeBackends::shopProfile();
    History history;
    SnapshotPtr latest;
    SnapshotPtr lastOutbox;
    SnapshotPtr lastBroker;
    for (const Snapshot& round : rounds) {
        history.add(round);
        latest = std::make_shared<Snapshot>(round);
        lastOutbox = round.outbox ? latest : lastOutbox;
        lastBroker = round.broker ? latest : lastBroker;
    }
    for (const TileContent& tile :
         overviewTiles({latest, lastOutbox, lastBroker, history, profile})) {
        if (tile.id == id)
            return tile;
    }
    return {};
}

/// Two rounds 10 s apart with one group; the second as the case wants it.
QList<Snapshot> twoRounds(const Change& change)
{
    SnapshotBuilder first(start);
    first.backlog(100).highestId(1000);
    first.group("order.paid", "billing");
    SnapshotBuilder second(start + 10s);
    second.backlog(100).highestId(1000);
    second.group("order.paid", "billing");
    change(second);
    return {first.snapshot(), second.snapshot()};
}

} // namespace

Q_DECLARE_METATYPE(Change)

class TestOverviewPanel : public QObject
{
    Q_OBJECT

private slots:
    void tilesShowNumbersAndUnknowns_data();
    void tilesShowNumbersAndUnknowns();
    void oldNumbersStayGreyWhenTheSourceDies();
    void aLateBacklogIsCritical();
    void theHeadlineAnswersWhetherItIsBroken_data();
    void theHeadlineAnswersWhetherItIsBroken();
    void showsNumbersFindingsAndRemedies();
    void foldsFindingsThatDoNotFit();
    void aFindingOpensToWhatItMeans();
    void aFindingIsMutedWithAReason();
    void mutedFindingsDoNotCount();
    void theTrayShowsTheWorst();
    void onlyNewCriticalFindingsAreTold();
};

void TestOverviewPanel::tilesShowNumbersAndUnknowns_data()
{
    QTest::addColumn<Change>("change");
    QTest::addColumn<QString>("tile");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("toolTip");
    const auto row = [](const char* name,
                        const char* tile,
                        const QString& value,
                        const char* toolTip,
                        Change change) {
        QTest::newRow(name) << change << QString::fromLatin1(tile) << value
                            << QString::fromLatin1(toolTip);
    };
    row("an exact backlog", "backlog", u"12\u202f431"_s, "", [](auto& s) { s.backlog(12'431); });
    row("a capped backlog", "backlog", u"10\u202f000+"_s, "capped", [](auto& s) {
        s.outbox().unpublished = Count::atLeast(10'000, u"capped"_s);
    });
    row("an estimated backlog", "backlog", u"~12\u202f000"_s, "planner", [](auto& s) {
        s.outbox().unpublished = Count::estimated(12'000, u"planner"_s);
    });
    row("an unknown backlog is not 0", "backlog", u"?"_s, "too slow", [](auto& s) {
        s.outbox().unpublished = Count::unknown(u"too slow"_s);
    });
    row("the oldest age", "oldestAge", u"7 min 05 s"_s, "clock", [](auto& s) {
        s.backlog(5, 425s);
    });
    row("no oldest age when nothing waits", "oldestAge", u"none"_s, "", [](auto& s) {
        s.outbox().unpublished = Count::exact(0);
        s.outbox().oldestAge = std::nullopt;
    });
    row("an unknown oldest age", "oldestAge", u"?"_s, "no index", [](auto& s) {
        s.outbox().unpublished = Count::estimated(5, u"no index"_s);
        s.outbox().oldestAge = std::nullopt;
    });
    row("rows in a second", "createdRate", u"12"_s, "last two", [](auto& s) {
        s.backlog(100).highestId(1120);
    });
    row("rows relayed a second", "publishedRate", u"12"_s, "last two", [](auto& s) {
        s.backlog(100).highestId(1120);
    });
    row("no inflow without integer ids", "createdRate", u"?"_s, "not integers", [](auto& s) {
        s.outbox().highestId = std::nullopt;
    });
    row("no outflow with a capped backlog",
        "publishedRate",
        u"?"_s,
        "not counted exactly",
        [](auto& s) { s.outbox().unpublished = Count::atLeast(10'000); });
    row("time to drain", "drain", u"10 s"_s, "Backlog divided", [](auto& s) {
        s.backlog(50).highestId(1000);
    });
    row("a backlog that is empty", "drain", u"empty"_s, "", [](auto& s) { s.backlog(0); });
    row("a backlog that grows", "drain", u"steady"_s, "does not shrink", [](auto& s) {
        s.backlog(150).highestId(1050);
    });
    row("a late backlog that grows", "drain", u"never"_s, "does not shrink", [](auto& s) {
        s.backlog(150, 10min).highestId(1050);
    });
    row("no time to drain for an estimate", "drain", u"?"_s, "planner", [](auto& s) {
        s.outbox().unpublished = Count::estimated(12'000, u"planner"_s);
    });
    row("pending of all groups", "pending", u"42"_s, "", [](auto& s) {
        s.broker().topics[0].groups[0].pending = Count::exact(40);
        s.group("order.paid", "email").pending = Count::exact(2);
    });
    row("pending is unknown when one group's is",
        "pending",
        u"?"_s,
        "no pending lists",
        [](auto& s) {
            s.broker().topics[0].groups[0].pending = Count::exact(40);
            s.group("order.paid", "email").pending = Count::unknown(u"no pending lists"_s);
        });
    row("the oldest idle of all groups", "oldestIdle", u"5 min 00 s"_s, "billing", [](auto& s) {
        s.broker().topics[0].groups[0].pending = Count::exact(1);
        s.broker().topics[0].groups[0].oldestIdle = 5min;
        s.group("order.paid", "email").oldestIdle = 3s;
    });
    row("no oldest idle when nothing is pending", "oldestIdle", u"none"_s, "Nothing", [](auto&) {});
    row("dead rows and poison entries", "dead", u"5"_s, "marked failed", [](auto& s) {
        s.outbox().dead = Count::exact(3);
        s.broker().topics[0].groups[0].poison = Count::exact(2);
    });
    row("dead without such a state in the mapping", "dead", u"2"_s, "still pending", [](auto& s) {
        s.outbox().dead = Count::unknown(u"not mapped"_s);
        s.broker().topics[0].groups[0].poison = Count::exact(2);
    });
}

void TestOverviewPanel::tilesShowNumbersAndUnknowns()
{
    QFETCH(Change, change);
    QFETCH(QString, tile);
    QFETCH(QString, toolTip);
    const TileContent content = tileOf(twoRounds(change), tile);
    QTEST(content.value, "value");
    QVERIFY2(content.toolTip.contains(toolTip), qPrintable(content.toolTip));
    QVERIFY(!content.isOld);
}

void TestOverviewPanel::oldNumbersStayGreyWhenTheSourceDies()
{
    auto rounds = twoRounds([](SnapshotBuilder& s) { s.outboxError(Error::Kind::Unreachable); });
    const TileContent backlog = tileOf(rounds, u"backlog"_s);
    QCOMPARE(backlog.value, u"100"_s);
    QVERIFY(backlog.isOld);
    QVERIFY2(backlog.note.contains(u"03:14:00"), qPrintable(backlog.note));
    QVERIFY(backlog.toolTip.contains(u"The database is gone."));
    QCOMPARE(tileOf(rounds, u"publishedRate"_s).value, u"?"_s);
    QVERIFY(tileOf(rounds, u"dead"_s).isOld);
    QVERIFY(!tileOf(rounds, u"pending"_s).isOld);
}

void TestOverviewPanel::aLateBacklogIsCritical()
{
    const auto onTime = twoRounds([](SnapshotBuilder& s) { s.backlog(5'000, 59s); });
    QCOMPARE(tileOf(onTime, u"oldestAge"_s).tone, Tone::Neutral);
    const auto late = twoRounds([](SnapshotBuilder& s) { s.backlog(5, 61s); });
    QCOMPARE(tileOf(late, u"oldestAge"_s).tone, Tone::Critical);
}

void TestOverviewPanel::theHeadlineAnswersWhetherItIsBroken_data()
{
    QTest::addColumn<Change>("change");
    QTest::addColumn<QList<Finding>>("findings");
    QTest::addColumn<QString>("title");
    QTest::addColumn<QString>("text");
    const Finding stalled{
        .id = u"relay_stalled"_s,
        .severity = Severity::Critical,
        .title = u"Relay stalled"_s,
        .evidence = {},
        .explanation = {},
        .remedy = {},
        .since = start - 7min,
        .mute = {}};
    Finding stuck = stalled;
    stuck.severity = Severity::Warning;
    stuck.since = start - 20min;
    Finding notice = stalled;
    notice.severity = Severity::Notice;
    const Change nothing = [](SnapshotBuilder&) {};
    QTest::newRow("nothing wrong: says what was checked")
        << nothing << QList<Finding>() << u"All clear"_s
        << u"orders_outboxevent, 1 streams with 1 groups, 1 ledgers: no row waits longer than 1 min 00 s"_s;
    QTest::newRow("a critical finding: since when")
        << nothing << QList{stalled, stuck} << u"Broken since 03:07:00 (7 min 10 s)"_s
        << u"1 critical, 1 warning"_s;
    QTest::newRow("a warning") << nothing << QList{stuck}
                               << u"Needs attention since 02:54:00 (20 min 10 s)"_s
                               << u"1 warning"_s;
    QTest::newRow("a notice") << nothing << QList{notice} << u"All clear"_s
                              << u"1 notice. Checked"_s;
    QTest::newRow("an unknown lag is not all clear") << Change([](SnapshotBuilder& s) {
        s.group("order.paid", "email").lag = Count::unknown({});
    }) << QList<Finding>() << u"Nothing found, but not all is known"_s
                                                     << u"order.paid / email"_s;
    QTest::newRow("a source that does not answer") << Change([](SnapshotBuilder& s) {
        s.brokerError(Error::Kind::Unreachable);
        s.source(1).isOk = false;
    }) << QList<Finding>() << u"Cannot tell"_s << u"No answer from: Broker"_s;
}

void TestOverviewPanel::theHeadlineAnswersWhetherItIsBroken()
{
    QFETCH(Change, change);
    QFETCH(QList<Finding>, findings);
    QFETCH(QString, text);
    auto snapshot = std::make_shared<Snapshot>(twoRounds(change).last());
    snapshot->findings = findings;
    const Headline headline = overviewHeadline(snapshot, FakeBackends::shopProfile(), start + 10s);
    QTEST(headline.title, "title");
    QVERIFY2(headline.text.contains(text), qPrintable(headline.text));
}

void TestOverviewPanel::showsNumbersFindingsAndRemedies()
{
    const auto backends = std::make_shared<FakeBackends>();
    backends->fillShop();
    TimePoint now = backends->streams().now();
    Session session(backends, nullptr, Error{}, [&now] { return now; });
    const QTemporaryDir directory;
    QSettings settings(directory.filePath(u"s.ini"_s), QSettings::IniFormat);
    std::optional<Remedy> chosen;
    PanelHost host{
        .session = &session,
        .settings = &settings,
        .inspect = {},
        .planReplay = {},
        .applyRemedy = {},
        .notify = {}};
    host.applyRemedy = [&](const Remedy& remedy) { chosen = remedy; };
    OverviewPanel panel(host);
    connect(&session.poller(), &Poller::polled, &panel, &OverviewPanel::present);
    panel.resize(1100, 700);
    panel.show();

    session.poller().pollNow();

    const auto textOf = [&](const QString& tile, const QString& label) {
        const QWidget* found = panel.findChild<QWidget*>(u"tile:"_s + tile);
        return found ? found->findChild<Label*>(label)->text() : QString();
    };
    QTRY_COMPARE(textOf(u"backlog"_s, u"tileValue"_s), u"12"_s);
    QCOMPARE(textOf(u"backlog"_s, u"tileNote"_s), u"most in order.paid"_s);
    QCOMPARE(textOf(u"oldestAge"_s, u"tileValue"_s), u"7 min 00 s"_s);
    QCOMPARE(textOf(u"pending"_s, u"tileValue"_s), u"5"_s);
    QCOMPARE(textOf(u"pending"_s, u"tileNote"_s), u"5 stuck"_s);
    QCOMPARE(textOf(u"createdRate"_s, u"tileValue"_s), u"?"_s);
    const QString headline = panel.findChild<Label*>(u"headlineTitle"_s)->text();
    QVERIFY2(headline.startsWith(u"Needs attention since "), qPrintable(headline));
    QVERIFY2(headline.endsWith(u"(7 min 00 s)"), qPrintable(headline));
    auto* action = panel.findChild<QPushButton*>(u"findingAction"_s);
    QVERIFY(action);
    action->click();
    QVERIFY(chosen.has_value());
    QCOMPARE(chosen->label, action->text());
}

void TestOverviewPanel::foldsFindingsThatDoNotFit()
{
    const auto backends = std::make_shared<FakeBackends>();
    Session session(backends, nullptr, Error{}, [] { return start; });
    const QTemporaryDir directory;
    QSettings settings(directory.filePath(u"s.ini"_s), QSettings::IniFormat);
    OverviewPanel panel(
        {.session = &session,
         .settings = &settings,
         .inspect = {},
         .planReplay = {},
         .applyRemedy = {},
         .notify = {}});
    panel.resize(1100, 700);
    panel.show();
    auto snapshot = std::make_shared<Snapshot>(SnapshotBuilder(start).snapshot());
    for (int i = 0; i < 9; ++i) {
        Finding finding;
        finding.id = u"finding%1"_s.arg(i);
        finding.title = finding.id;
        snapshot->findings.append(finding);
    }
    const auto shown = [&] {
        const auto rows = panel.findChildren<Label*>(u"findingTitle"_s);
        return std::ranges::count_if(rows, [](const Label* row) { return row->isVisible(); });
    };

    panel.present(snapshot);
    QCOMPARE(shown(), 3);
    auto* more = panel.findChild<QPushButton*>(u"moreFindings"_s);
    QCOMPARE(more->text(), u"Show 6 more"_s);

    more->click();
    QCOMPARE(shown(), 9);
}

void TestOverviewPanel::aFindingOpensToWhatItMeans()
{
    PanelWorld world;
    OverviewPanel panel(world.host());
    panel.resize(1100, 700);
    panel.show();
    world.round(panel);
    auto* row = panel.findChild<QWidget*>(u"finding:consumer_stuck:order.paid:billing"_s);
    QVERIFY(row);
    auto* explanation = row->findChild<Label*>(u"findingExplanation"_s);
    auto* mute = row->findChild<QPushButton*>(u"findingMute"_s);
    QVERIFY(!explanation->isVisible());
    row->findChild<QToolButton*>(u"findingFold"_s)->click();
    QVERIFY(explanation->isVisible());
    QVERIFY(explanation->text().contains(u"claim them"_s));
    // Without a store nothing can be muted.
    QVERIFY(!mute->isVisible());
    // It stays open when the next round comes.
    world.round(panel);
    QVERIFY(explanation->isVisible());
    row->findChild<QToolButton*>(u"findingFold"_s)->click();
    QVERIFY(!explanation->isVisible());
}

void TestOverviewPanel::aFindingIsMutedWithAReason()
{
    PanelWorld world;
    auto store = MuteStore::open(world.directory.filePath(u"findings.sqlite"_s));
    QVERIFY_RESULT(store);
    world.session->poller().mutes().use(*store);
    OverviewPanel panel(world.host());
    QSignalSpy badges(&panel, &Panel::badgeChanged);
    connect(&world.session->poller(), &Poller::polled, &panel, &OverviewPanel::present);
    panel.resize(1100, 700);
    panel.show();
    world.round(panel);
    QCOMPARE(badges.last()[0].toString(), u"2"_s);
    const QString id = u"finding:consumer_stuck:order.paid:billing"_s;
    const auto press = [&](const QString& name) {
        auto* row = panel.findChild<QWidget*>(id);
        row->findChild<QAbstractButton*>(name)->click();
    };
    press(u"findingFold"_s);
    press(u"findingMute"_s);
    auto* dialog = panel.findChild<QDialog*>(u"muteDialog"_s);
    QVERIFY(dialog);
    auto* accept = dialog->findChild<QPushButton*>(u"muteAccept"_s);
    QVERIFY(!accept->isEnabled());
    dialog->findChild<QLineEdit*>(u"muteReason"_s)->setText(u"TICKET-7"_s);
    dialog->findChild<Choice*>(u"muteLength"_s)->setCurrent(1);
    QVERIFY(accept->isEnabled());
    accept->click();
    const auto evidence = [&] {
        return panel.findChild<QWidget*>(id)->findChild<Label*>(u"findingEvidence"_s)->text();
    };
    QTRY_VERIFY2(evidence().contains(u"TICKET-7"_s), qPrintable(evidence()));
    QCOMPARE(badges.last()[0].toString(), u"1"_s);
    const auto mutes = (*store)->mutes(world.session->profile().name, *world.now);
    QVERIFY_RESULT(mutes);
    QCOMPARE(mutes->size(), 1);
    QCOMPARE(mutes->begin()->until - mutes->begin()->at, Microseconds(8h));
    press(u"findingMute"_s);
    QTRY_COMPARE(badges.last()[0].toString(), u"2"_s);
}

void TestOverviewPanel::mutedFindingsDoNotCount()
{
    auto snapshot = std::make_shared<Snapshot>(twoRounds([](SnapshotBuilder&) {}).last());
    Finding muted;
    muted.id = u"relay_stalled"_s;
    muted.severity = Severity::Critical;
    muted.mute = Mute{u"known"_s, u"ann"_s, start, start + 1h};
    snapshot->findings = {muted};
    const Headline headline = overviewHeadline(snapshot, FakeBackends::shopProfile(), start + 10s);
    QCOMPARE(headline.title, u"All clear"_s);
    QVERIFY2(headline.text.startsWith(u"1 muted. "_s), qPrintable(headline.text));
    snapshot->health.broker.emplace();
    snapshot->health.broker->unknown = u"no INFO"_s;
    const Headline unknown = overviewHeadline(snapshot, FakeBackends::shopProfile(), start + 10s);
    QCOMPARE(unknown.title, u"Nothing found, but not all is known"_s);
    QVERIFY2(
        unknown.text.contains(u"replicas of the broker (no INFO)"_s), qPrintable(unknown.text));
}

void TestOverviewPanel::theTrayShowsTheWorst()
{
    const Profile profile = FakeBackends::shopProfile();
    auto snapshot = std::make_shared<Snapshot>(twoRounds([](SnapshotBuilder&) {}).last());
    QCOMPARE(trayLook(nullptr, profile, start).tone, Tone::Muted);
    QCOMPARE(trayLook(snapshot, profile, start + 10s).tone, Tone::Good);
    Finding critical;
    critical.severity = Severity::Critical;
    critical.since = start;
    snapshot->findings = {critical};
    const TrayLook look = trayLook(snapshot, profile, start + 10s);
    QCOMPARE(look.tone, Tone::Critical);
    QVERIFY2(look.toolTip.contains(u"Broken since"_s), qPrintable(look.toolTip));
}

void TestOverviewPanel::onlyNewCriticalFindingsAreTold()
{
    Snapshot round;
    round.findings = QList<Finding>(3);
    round.findings[0].id = u"old"_s;
    round.findings[1].id = u"new"_s;
    round.findings[2].id = u"muted"_s;
    for (Finding& finding : round.findings)
        finding.severity = Severity::Critical;
    round.findings[2].mute = Mute();
    QVERIFY(newCriticals(std::nullopt, round).isEmpty());
    const auto fresh = newCriticals(QSet<QString>{u"old"_s}, round);
    QCOMPARE(fresh.size(), 1);
    QCOMPARE(fresh.first().id, u"new"_s);
    QVERIFY(newCriticals(QSet<QString>{u"old"_s, u"new"_s}, round).isEmpty());
    round.findings[1].severity = Severity::Warning;
    QVERIFY(newCriticals(QSet<QString>{u"old"_s}, round).isEmpty());
}

OUTBOARD_OFFSCREEN_MAIN(TestOverviewPanel)
#include "tst_overviewpanel.moc"
