// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/replayladder.h"
#include "services/stoprule.h"
#include "support/printers.h"
#include "support/replayworld.h"

#include <QTest>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const Error bad{Error::Kind::Refused, u"The account does not exist."_s, {}};

QString kinds(const RunReport& report)
{
    return ReplayWorld::kinds(report);
}

EventId eventId(qint64 id)
{
    return EventId(QByteArray::number(id));
}

} // namespace

class TestReplayPace : public QObject
{
    Q_OBJECT

private slots:
    void theLadderIsClimbedStepByStep();
    void theStepFunctionSeesEachStepAndCanEndTheRun();
    void withoutAStepFunctionAFailureOnTheLadderStops();
    void afterTheLadderFailuresDoNotStopByThemselves();
    void stepsBelowOneArePassedOver();
    void theRunStopsAfterSoManyFailures();
    void theRunStopsAtAShareOfFailures();
    void skippedEventsAreNoTries();
    void theStopRuleEndsABatchThatIsRedoneOneByOne();
    void theRateIsKeptByTheClock_data();
    void theRateIsKeptByTheClock();
    void aSlowHandlerDoesNotWaitOnTop();
    void aClockSetBackDoesNotMakeTheRunWaitForHours();
    void aStopWhileWaitingEndsTheRun();
    void aStopTakesEffectAfterTheBatch();
    void elapsedIsMeasuredByTheClock();
};

void TestReplayPace::theLadderIsClimbedStepByStep()
{
    ReplayWorld world;
    world.options.canary = {1, 5, 20, 100};
    QList<qint64> seen;
    world.step = [&seen](const RunReport& soFar) {
        seen.append(soFar.applied);
        return true;
    };
    QCOMPARE(kinds(world.run(ReplayWorld::plan(700))), u"applied 700"_s);
    QCOMPARE(seen, (QList<qint64>{1, 6, 26, 126}));
    // Four steps and the rest in batches of 500 and 74.
    QCOMPARE(world.ledger->transactions(), 6);
}

void TestReplayPace::theStepFunctionSeesEachStepAndCanEndTheRun()
{
    ReplayWorld world;
    world.options.canary = {1, 5};
    world.step = [](const RunReport& soFar) { return soFar.applied < 6; };
    const RunReport report = world.run(ReplayWorld::plan(20));
    QVERIFY(report.stopped);
    QVERIFY(!report.error);
    QVERIFY(!report.stopReason.isEmpty());
    QCOMPARE(kinds(report), u"applied 6, not run 14"_s);
}

void TestReplayPace::withoutAStepFunctionAFailureOnTheLadderStops()
{
    ReplayWorld world;
    world.options.canary = {1, 5, 20};
    world.handler.failOn(eventId(4), bad);
    const RunReport report = world.run(ReplayWorld::plan(50));
    QVERIFY(report.stopped);
    QCOMPARE(kinds(report), u"applied 5, failed 1, not run 44"_s);
}

void TestReplayPace::afterTheLadderFailuresDoNotStopByThemselves()
{
    ReplayWorld world;
    world.options.canary = {1, 5};
    world.handler.failOn(eventId(20), bad);
    const RunReport report = world.run(ReplayWorld::plan(50));
    QVERIFY(!report.stopped);
    QCOMPARE(kinds(report), u"applied 49, failed 1"_s);
}

void TestReplayPace::stepsBelowOneArePassedOver()
{
    ReplayLadder ladder({0, -3, 2});
    QCOMPARE(ladder.left(), std::optional<qint64>(2));
    QVERIFY(!ladder.climb(1));
    QVERIFY(ladder.climb(1));
    QVERIFY(!ladder.left());
    QVERIFY(!ladder.climb(1'000));
}

void TestReplayPace::theRunStopsAfterSoManyFailures()
{
    ReplayWorld world(Handler::Guard::Ledger, false);
    world.options.stopAfterFailures = 3;
    for (const qint64 id : {2, 5, 9, 11})
        world.handler.failOn(eventId(id), bad);
    const RunReport report = world.run(ReplayWorld::plan(20));
    QVERIFY(report.stopped);
    QVERIFY(report.stopReason.contains(u"3"));
    QCOMPARE(kinds(report), u"applied 6, failed 3, not run 11"_s);
}

void TestReplayPace::theRunStopsAtAShareOfFailures()
{
    ReplayWorld world(Handler::Guard::Ledger, false);
    world.options.stopAtFailureShare = 0.25;
    for (const qint64 id : {6, 7})
        world.handler.failOn(eventId(id), bad);
    const RunReport report = world.run(ReplayWorld::plan(20));
    QVERIFY(report.stopped);
    QCOMPARE(kinds(report), u"applied 5, failed 2, not run 13"_s);
}

void TestReplayPace::skippedEventsAreNoTries()
{
    ReplayOptions options;
    options.stopAtFailureShare = 0.5;
    StopRule rule(options);
    ReplayItem item;
    item.settle(OutcomeKind::Skipped, {});
    rule.count(item);
    QVERIFY(rule.broken().isEmpty());
    ReplayItem failed;
    failed.settle(OutcomeKind::Failed, {});
    rule.count(failed);
    rule.count(failed);
    QCOMPARE(rule.failures(), 1);
    QVERIFY(!rule.broken().isEmpty());
}

void TestReplayPace::theStopRuleEndsABatchThatIsRedoneOneByOne()
{
    ReplayWorld world;
    world.options.stopAfterFailures = 2;
    for (const qint64 id : {10, 20, 30})
        world.handler.failOn(eventId(id), bad);
    const Plan plan = world.pendingPlan(100);
    const RunReport report = world.run(plan);
    QVERIFY(report.stopped);
    QCOMPARE(kinds(report), u"applied 18, failed 2, not run 80"_s);
    QCOMPARE(world.applied(), 18);
    QCOMPARE(world.pendingCount(), 82);
    // Entries that were claimed and not reached can be taken up again at once.
    world.options.stopAfterFailures.reset();
    QCOMPARE(kinds(world.run(plan, world.log->outcomes())), u"applied 97, failed 3"_s);
    QCOMPARE(world.pendingCount(), 3);
}

void TestReplayPace::theRateIsKeptByTheClock_data()
{
    QTest::addColumn<double>("rate");
    QTest::addColumn<qint64>("events");
    QTest::addColumn<qint64>("expectedMs");
    QTest::addColumn<qint64>("transactions");
    // The last chunk is not waited for.
    QTest::newRow("one every ten seconds") << 0.1 << qint64(4) << qint64(30'000) << qint64(4);
    QTest::newRow("ten a second") << 10.0 << qint64(100) << qint64(9'000) << qint64(10);
    QTest::newRow("more than a batch a second")
        << 1'000.0 << qint64(2'000) << qint64(1'500) << qint64(4);
}

void TestReplayPace::theRateIsKeptByTheClock()
{
    QFETCH(double, rate);
    QFETCH(qint64, events);
    QFETCH(qint64, expectedMs);
    QFETCH(qint64, transactions);
    ReplayWorld world;
    world.options.eventsPerSecond = rate;
    const TimePoint before = world.now;
    QCOMPARE(kinds(world.run(ReplayWorld::plan(events))), u"applied %1"_s.arg(events));
    QCOMPARE(std::chrono::floor<Milliseconds>(world.now - before).count(), expectedMs);
    QCOMPARE(world.ledger->transactions(), transactions);
}

void TestReplayPace::aSlowHandlerDoesNotWaitOnTop()
{
    ReplayWorld world;
    world.options.eventsPerSecond = 1.0;
    world.handler.onApply([&world](const Event&) { world.now += 5s; });
    qint64 slept = 0;
    world.onSleep = [&slept](Milliseconds duration) { slept += duration.count(); };
    QCOMPARE(kinds(world.run(ReplayWorld::plan(10))), u"applied 10"_s);
    QCOMPARE(slept, 0);
}

void TestReplayPace::aClockSetBackDoesNotMakeTheRunWaitForHours()
{
    ReplayWorld world;
    world.options.eventsPerSecond = 1.0;
    world.handler.onApply([&world](const Event& event) {
        if (event.id == eventId(2))
            world.now -= 3h;
    });
    qint64 longest = 0;
    world.onSleep = [&](Milliseconds slept) { longest = std::max<qint64>(longest, slept.count()); };
    QCOMPARE(kinds(world.run(ReplayWorld::plan(4))), u"applied 4"_s);
    QCOMPARE(longest, 1'000);
}

void TestReplayPace::aStopWhileWaitingEndsTheRun()
{
    ReplayWorld world;
    world.options.eventsPerSecond = 1.0;
    world.onSleep = [&world](Milliseconds) { world.stop.request_stop(); };
    const RunReport report = world.run(ReplayWorld::plan(10));
    QVERIFY(report.stopped);
    QCOMPARE(kinds(report), u"applied 1, not run 9"_s);
}

void TestReplayPace::aStopTakesEffectAfterTheBatch()
{
    ReplayWorld world;
    world.options.batch = 10;
    world.handler.onApply([&world](const Event& event) {
        if (event.id == eventId(13))
            world.stop.request_stop();
    });
    const RunReport report = world.run(ReplayWorld::plan(50));
    QVERIFY(report.stopped);
    QVERIFY(!report.error);
    QCOMPARE(kinds(report), u"applied 20, not run 30"_s);
}

void TestReplayPace::elapsedIsMeasuredByTheClock()
{
    ReplayWorld world;
    world.handler.onApply([&world](const Event&) { world.now += 250ms; });
    QCOMPARE(world.run(ReplayWorld::plan(4)).elapsed, 1s);
}

QTEST_GUILESS_MAIN(TestReplayPace)
#include "tst_replaypace.moc"
