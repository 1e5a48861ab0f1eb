// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/replayqueue.h"
#include "support/printers.h"
#include "support/replayworld.h"

#include <QTest>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const GroupName billing("billing");
const Error bad{Error::Kind::Refused, u"The account does not exist."_s, {}};
const Error lost{Error::Kind::Timeout, u"No answer within 10 s."_s, {}};

QString kinds(const RunReport& report)
{
    return ReplayWorld::kinds(report);
}

EventId eventId(qint64 id)
{
    return EventId(QByteArray::number(id));
}

/// "a b a": the keys of events 1, 2, 3; "-" is none.
Plan planWithKeys(const QByteArray& keys)
{
    const QByteArrayList each = keys.split(' ');
    Plan plan = ReplayWorld::plan(each.size());
    for (qsizetype i = 0; i < each.size(); ++i) {
        if (each[i] != "-")
            plan.items[i].event.key = each[i];
    }
    return plan;
}

ReplayQueue queueOf(const Plan& plan)
{
    ReplayQueue queue;
    for (qsizetype i = 0; i < plan.items.size(); ++i) {
        ReplayItem item;
        item.index = i;
        item.event = plan.items[i].event;
        item.group = billing;
        queue.add(std::move(item));
    }
    return queue;
}

QByteArray idsOf(const ReplayChunk& chunk)
{
    QByteArrayList ids;
    for (const ReplayItem& item : chunk)
        ids << item.event.id.bytes();
    return ids.join(' ');
}

void giveBack(ReplayQueue& queue, ReplayChunk chunk, OutcomeKind kind = OutcomeKind::Applied)
{
    for (ReplayItem& item : chunk)
        item.settle(kind, {});
    queue.giveBack(chunk);
}

} // namespace

class TestReplayOrder : public QObject
{
    Q_OBJECT

private slots:
    void withoutKeysEverythingGoesInThePlansOrder();
    void eventsOfOneKeyAreNeverOutTogether();
    void oneChunkMayHoldSeveralEventsOfAKeyInTheirOrder();
    void whatWaitedGoesBeforeWhatComesLater();
    void aKeyThatEverythingHasIsWorkedOffInOrder();
    void copiesOfOneEventAreNeverOutTogether();
    void behindAFailureNothingOfTheKeyGoes();
    void aHeldBackEventHoldsBackAllBehindIt();
    void chunksAreOfOneGroup();

    void afterAFailureTheLaterEventsOfItsKeyDoNotRun();
    void inABatchTheOrderOfAKeyHoldsAsWell();
    void afterADoubtTheLaterEventsOfItsKeyDoNotRun();
    void aCopyOfAnEventInDoubtIsNotRun();
    void resumedTheKeyIsStillHeldBackUntilTheLedgerHasIt();
    void anEventInDoubtThatTheLedgerHoldsIsDecided();
    void aPausedRunHoldsBetweenChunksAndGoesOn();
    void aStopEndsAPausedRun();
    void aHandlerThatWasStoppedBeforeItsWorkLeavesTheEventNotRun();
};

void TestReplayOrder::withoutKeysEverythingGoesInThePlansOrder()
{
    ReplayQueue queue = queueOf(ReplayWorld::plan(5));
    QCOMPARE(idsOf(queue.take(2)), "1 2");
    QCOMPARE(idsOf(queue.take(2)), "3 4");
    QCOMPARE(idsOf(queue.take(2)), "5");
    QVERIFY(queue.isEmpty());
}

void TestReplayOrder::eventsOfOneKeyAreNeverOutTogether()
{
    ReplayQueue queue = queueOf(planWithKeys("a a b a - b"));
    const ReplayChunk first = queue.take(1);
    QCOMPARE(idsOf(first), "1");
    const ReplayChunk second = queue.take(1);
    QCOMPARE(idsOf(second), "3");
    const ReplayChunk third = queue.take(1);
    QCOMPARE(idsOf(third), "5");
    QCOMPARE(idsOf(queue.take(1)), "");
    QCOMPARE(queue.size(), 3);
    giveBack(queue, first);
    const ReplayChunk fourth = queue.take(1);
    QCOMPARE(idsOf(fourth), "2");
    QCOMPARE(idsOf(queue.take(1)), "");
    giveBack(queue, second);
    QCOMPARE(idsOf(queue.take(1)), "6");
    giveBack(queue, fourth);
    QCOMPARE(idsOf(queue.take(1)), "4");
    QVERIFY(queue.isEmpty());
}

void TestReplayOrder::oneChunkMayHoldSeveralEventsOfAKeyInTheirOrder()
{
    ReplayQueue queue = queueOf(planWithKeys("a b a a c"));
    QCOMPARE(idsOf(queue.take(3)), "1 2 3");
    QCOMPARE(idsOf(queue.take(3)), "5");
}

void TestReplayOrder::whatWaitedGoesBeforeWhatComesLater()
{
    ReplayQueue queue = queueOf(planWithKeys("a a a b a a"));
    const ReplayChunk first = queue.take(2);
    QCOMPARE(idsOf(first), "1 2");
    QCOMPARE(idsOf(queue.take(1)), "4");
    // All others wait behind the first chunk now.
    QCOMPARE(idsOf(queue.take(1)), "");
    giveBack(queue, first);
    const ReplayChunk second = queue.take(2);
    QCOMPARE(idsOf(second), "3");
    giveBack(queue, second);
    QCOMPARE(idsOf(queue.take(5)), "5 6");
}

void TestReplayOrder::aKeyThatEverythingHasIsWorkedOffInOrder()
{
    QByteArrayList keys;
    for (int i = 0; i < 1'000; ++i)
        keys << "a";
    ReplayQueue queue = queueOf(planWithKeys(keys.join(' ')));
    QByteArrayList seen;
    for (qint64 size = 1; !queue.isEmpty(); size = size % 7 + 1) {
        const ReplayChunk chunk = queue.take(size);
        QVERIFY(!chunk.empty());
        QCOMPARE(idsOf(queue.take(5)), "");
        seen << idsOf(chunk);
        giveBack(queue, chunk);
    }
    QByteArrayList expected;
    for (int i = 1; i <= 1'000; ++i)
        expected << QByteArray::number(i);
    QCOMPARE(seen.join(' '), expected.join(' '));
}

void TestReplayOrder::copiesOfOneEventAreNeverOutTogether()
{
    Plan plan = ReplayWorld::plan(3);
    plan.items[1].event.id = eventId(1);
    ReplayQueue queue = queueOf(plan);
    const ReplayChunk first = queue.take(1);
    QCOMPARE(idsOf(queue.take(1)), "3");
    QCOMPARE(idsOf(queue.take(1)), "");
    giveBack(queue, first, OutcomeKind::Failed);
    QCOMPARE(idsOf(queue.take(1)), "1");
}

void TestReplayOrder::behindAFailureNothingOfTheKeyGoes()
{
    ReplayQueue queue = queueOf(planWithKeys("a b a b a"));
    giveBack(queue, queue.take(1), OutcomeKind::Failed);
    QCOMPARE(idsOf(queue.take(5)), "2 4");
    const ReplayChunk heldBack = queue.takeHeldBack();
    QCOMPARE(idsOf(heldBack), "3 5");
    QCOMPARE(heldBack[0].kind, OutcomeKind::NotRun);
    QVERIFY2(
        heldBack[0].reason.contains(u"event 1 of the same key a"), qPrintable(heldBack[0].reason));
    QVERIFY(queue.isEmpty());
    QVERIFY(queue.takeHeldBack().empty());
}

void TestReplayOrder::aHeldBackEventHoldsBackAllBehindIt()
{
    QByteArrayList keys;
    for (int i = 0; i < 100; ++i)
        keys << "a";
    ReplayQueue queue = queueOf(planWithKeys(keys.join(' ')));
    const ReplayChunk first = queue.take(1);
    // Now all the others are behind it.
    QCOMPARE(idsOf(queue.take(1)), "");
    giveBack(queue, first, OutcomeKind::InDoubt);
    QCOMPARE(idsOf(queue.take(1)), "");
    QVERIFY(queue.isEmpty());
    QCOMPARE(queue.takeHeldBack().size(), 99U);
}

void TestReplayOrder::chunksAreOfOneGroup()
{
    ReplayQueue queue;
    for (qsizetype i = 0; i < 4; ++i) {
        ReplayItem item;
        item.index = i;
        item.event.id = eventId(i + 1);
        item.group = i < 3 ? billing : GroupName("email");
        queue.add(item);
    }
    QCOMPARE(idsOf(queue.take(10)), "1 2 3");
    QCOMPARE(idsOf(queue.take(10)), "4");
}

void TestReplayOrder::afterAFailureTheLaterEventsOfItsKeyDoNotRun()
{
    ReplayWorld world(Handler::Guard::Ledger, false);
    world.handler.failOn(eventId(2), bad);
    const RunReport report = world.run(planWithKeys("a b a b - b"));
    QCOMPARE(kinds(report), u"applied 3, failed 1, not run 2"_s);
    QCOMPARE(report.outcomes[3].kind, OutcomeKind::NotRun);
    QVERIFY2(
        report.outcomes[3].reason.contains(u"event 2 of the same key b"),
        qPrintable(report.outcomes[3].reason));
    QVERIFY(report.outcomes[5].reason.contains(u"event 2 of the same key b"));
    QVERIFY(!report.stopped);
    // Written down as well.
    QCOMPARE(world.log->outcomes().size(), 6);
}

void TestReplayOrder::inABatchTheOrderOfAKeyHoldsAsWell()
{
    ReplayWorld world;
    world.handler.failOn(eventId(2), bad);
    const RunReport report = world.run(planWithKeys("a b a b - b"));
    QCOMPARE(kinds(report), u"applied 3, failed 1, not run 2"_s);
    QVERIFY(!world.ledger->contains(eventId(4)));
    QVERIFY(report.outcomes[3].reason.contains(u"event 2 of the same key b"));
}

void TestReplayOrder::afterADoubtTheLaterEventsOfItsKeyDoNotRun()
{
    ReplayWorld world(Handler::Guard::Ledger, false);
    world.handler.failOn(eventId(1), lost);
    const RunReport report = world.run(planWithKeys("a b a"));
    QCOMPARE(kinds(report), u"applied 1, in doubt 1, not run 1"_s);
    QVERIFY(report.outcomes[2].reason.contains(u"is in doubt"));
}

void TestReplayOrder::aCopyOfAnEventInDoubtIsNotRun()
{
    ReplayWorld world(Handler::Guard::Ledger, false);
    world.handler.failOn(eventId(1), lost);
    Plan plan = ReplayWorld::plan(3);
    plan.items[2].event.id = eventId(1);
    const RunReport report = world.run(plan);
    QCOMPARE(kinds(report), u"applied 1, in doubt 1, not run 1"_s);
    QVERIFY(report.outcomes[2].reason.contains(u"another copy"));
}

void TestReplayOrder::resumedTheKeyIsStillHeldBackUntilTheLedgerHasIt()
{
    ReplayWorld world(Handler::Guard::Ledger, false);
    world.handler.failOn(eventId(1), bad);
    const Plan plan = planWithKeys("a b a a");
    QCOMPARE(kinds(world.run(plan)), u"applied 1, failed 1, not run 2"_s);
    world.handler.heal(eventId(1));
    const RunReport second = world.run(plan, world.log->outcomes());
    QCOMPARE(kinds(second), u"applied 1, failed 1, not run 2"_s);
    QVERIFY(second.outcomes[3].reason.contains(u"event 1 of the same key a"));
    // By another run, or by its consumer.
    world.ledger->insert(eventId(1));
    const RunReport third = world.run(plan, world.log->outcomes());
    QCOMPARE(kinds(third), u"applied 3, failed 1"_s);
}

void TestReplayOrder::anEventInDoubtThatTheLedgerHoldsIsDecided()
{
    ReplayWorld world(Handler::Guard::Ledger, false);
    world.handler.failOn(eventId(1), lost);
    const Plan plan = planWithKeys("a b a");
    QCOMPARE(kinds(world.run(plan)), u"applied 1, in doubt 1, not run 1"_s);
    world.ledger->insert(eventId(1));
    const RunReport again = world.run(plan, world.log->outcomes());
    QCOMPARE(kinds(again), u"applied 2, skipped 1"_s);
    QVERIFY(again.outcomes[0].reason.contains(u"Already processed"));
    QCOMPARE(std::ranges::count(world.handler.calls(), eventId(1)), 0);
}

void TestReplayOrder::aPausedRunHoldsBetweenChunksAndGoesOn()
{
    ReplayWorld world(Handler::Guard::Ledger, false);
    world.options.gate = std::make_shared<PauseGate>();
    PauseGate& gate = *world.options.gate;
    world.handler.onApply([&gate](const Event& event) {
        if (event.id == eventId(2))
            gate.pause();
    });
    qint64 held = 0;
    std::size_t callsWhenHeld = 0;
    QList<Outcome> written;
    world.onSleep = [&](Milliseconds) {
        if (!gate.isHolding())
            return;
        callsWhenHeld = world.handler.calls().size();
        written = world.log->outcomes();
        if (++held == 3)
            gate.goOn();
    };
    QCOMPARE(kinds(world.run(ReplayWorld::plan(5))), u"applied 5"_s);
    QCOMPARE(held, 3);
    QCOMPARE(callsWhenHeld, 2U);
    // Killed there, it would be resumed with nothing in doubt.
    QCOMPARE(written.size(), 2);
    QCOMPARE(written[1].kind, OutcomeKind::Applied);
    QVERIFY(!gate.isHolding());
}

void TestReplayOrder::aStopEndsAPausedRun()
{
    ReplayWorld world;
    world.options.gate = std::make_shared<PauseGate>();
    world.options.gate->pause();
    world.onSleep = [&world](Milliseconds) { world.stop.request_stop(); };
    const RunReport report = world.run(ReplayWorld::plan(3));
    QCOMPARE(kinds(report), u"not run 3"_s);
    QVERIFY(report.stopped);
}

void TestReplayOrder::aHandlerThatWasStoppedBeforeItsWorkLeavesTheEventNotRun()
{
    ReplayWorld world(Handler::Guard::Ledger, false);
    world.handler.failOn(eventId(1), {Error::Kind::Cancelled, u"Stopped before it began."_s, {}});
    const RunReport report = world.run(ReplayWorld::plan(2));
    QCOMPARE(kinds(report), u"applied 1, not run 1"_s);
    QCOMPARE(report.outcomes[0].reason, u"Stopped before it began."_s);
    world.handler.heal(eventId(1));
    QCOMPARE(kinds(world.run(ReplayWorld::plan(2), world.log->outcomes())), u"applied 2"_s);
}

QTEST_GUILESS_MAIN(TestReplayOrder)
#include "tst_replayorder.moc"
