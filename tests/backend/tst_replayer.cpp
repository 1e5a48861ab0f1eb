// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/claimer.h"
#include "support/printers.h"
#include "support/replayworld.h"

#include <QTest>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const BrokerTopic stream("order.paid");
const GroupName billing("billing");
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

class TestReplayer : public QObject
{
    Q_OBJECT

private slots:
    void ofFiveHundredEventsThoseInTheLedgerAreSkippedAndTheRestAppliedOnce();
    void theSecondRunOverTheSamePlanAppliesNothing();
    void batchesOfFiveHundredAreOneTransactionEach();
    void onlyVerdictRunIsRun();
    void unknownRunsWithTheExplicitYes();
    void anEventWithoutPayloadOrIdIsNotRunWhateverThePlanSays();
    void aCopyInTheSamePlanIsSkippedByTheLedger();
    void aFailingEventLeavesNoLedgerRowAndDoesNotKeepTheOthers();
    void aFailedEventsEntryStaysPending();
    void aPendingEventIsClaimedAppliedAndAcknowledged();
    void anEntryThatALiveConsumerTookIsSkipped();
    void anEntryThatWasAcknowledgedMeanwhileIsSkipped();
    void anEntryThatLeftTheStreamIsAppliedFromThePlan();
    void anEventThatAConsumerAppliedMeanwhileIsSkippedAndAcknowledged();
    void whatCouldNotBeAcknowledgedIsSaid();
    void aGroupThatIsGoneHasNothingPending();
    void aBrokenBrokerEndsTheRunAndAppliesNothingUnclaimed();
    void aBrokerThatBreaksAfterTheWorkKeepsItsOutcome();
    void aLostLedgerEndsTheRunWithTheRestNotRun();
    void aCommitInDoubtThatHappenedIsApplied();
    void aCommitInDoubtThatDidNotHappenIsRedone();
    void aCommitInDoubtOnABrokenConnectionStaysInDoubt();
    void anEffectThatCannotBeTakenBackIsInDoubtWhenItsCommitFails();
    void anAnswerThatGotLostIsInDoubt();
    void eventsOfTwoGroupsAreNotMixedInOneTransaction();
    void anIntentThatCannotBeWrittenStopsBeforeTheHandler();
    void anOutcomeThatCannotBeWrittenStopsTheRun();
};

void TestReplayer::ofFiveHundredEventsThoseInTheLedgerAreSkippedAndTheRestAppliedOnce()
{
    ReplayWorld world;
    for (qint64 id = 1; id <= 500; ++id) {
        if (id % 5 < 2)
            world.ledger->insert(eventId(id));
    }
    QCOMPARE(world.ledger->size(), 200);
    const RunReport report = world.run(ReplayWorld::plan(500));
    QVERIFY(!report.error);
    QCOMPARE(kinds(report), u"applied 300, skipped 200"_s);
    QCOMPARE(world.applied(), 300);
    QCOMPARE(world.ledger->size(), 500);
    for (qint64 id = 1; id <= 500; ++id)
        QCOMPARE(world.timesApplied(eventId(id)), id % 5 < 2 ? 0 : 1);
    QCOMPARE(world.log->finished()->applied, 300);
}

void TestReplayer::theSecondRunOverTheSamePlanAppliesNothing()
{
    ReplayWorld world;
    QCOMPARE(kinds(world.run(ReplayWorld::plan(500))), u"applied 500"_s);
    QCOMPARE(kinds(world.run(ReplayWorld::plan(500))), u"skipped 500"_s);
    QCOMPARE(world.applied(), 500);
}

void TestReplayer::batchesOfFiveHundredAreOneTransactionEach()
{
    ReplayWorld world;
    QCOMPARE(kinds(world.run(ReplayWorld::plan(1'100))), u"applied 1100"_s);
    QCOMPARE(world.ledger->transactions(), 3);
}

void TestReplayer::onlyVerdictRunIsRun()
{
    ReplayWorld world;
    Plan plan = ReplayWorld::plan(5);
    plan.items[0].verdict = Verdict::Processed;
    plan.items[0].reason = u"Ledger holds it."_s;
    plan.items[1].verdict = Verdict::InFlight;
    plan.items[2].verdict = Verdict::PayloadMissing;
    plan.items[3].verdict = Verdict::Unknown;
    const RunReport report = world.run(plan);
    QCOMPARE(kinds(report), u"applied 1, skipped 4"_s);
    QCOMPARE(report.outcomes[0].reason, u"Ledger holds it."_s);
    QVERIFY(report.outcomes[3].reason.contains(u"explicit yes"));
    QCOMPARE(world.timesApplied(eventId(5)), 1);
}

void TestReplayer::unknownRunsWithTheExplicitYes()
{
    ReplayWorld world;
    Plan plan = ReplayWorld::plan(2);
    plan.items[0].verdict = Verdict::Unknown;
    world.options.includeUnknown = true;
    QCOMPARE(kinds(world.run(plan)), u"applied 2"_s);
}

void TestReplayer::anEventWithoutPayloadOrIdIsNotRunWhateverThePlanSays()
{
    ReplayWorld world;
    Plan plan = ReplayWorld::plan(3);
    plan.items[0].event.payload.reset();
    plan.items[1].event.id = {};
    QCOMPARE(kinds(world.run(plan)), u"applied 1, skipped 2"_s);
    QCOMPARE(world.applied(), 1);
}

void TestReplayer::aCopyInTheSamePlanIsSkippedByTheLedger()
{
    ReplayWorld world;
    Plan plan = world.pendingPlan(3);
    plan.items[2].event.id = eventId(1);
    const RunReport report = world.run(plan);
    QCOMPARE(kinds(report), u"applied 2, skipped 1"_s);
    QCOMPARE(report.outcomes[2].kind, OutcomeKind::Skipped);
    QCOMPARE(world.timesApplied(eventId(1)), 1);
    QCOMPARE(world.pendingCount(), 0);
}

void TestReplayer::aFailingEventLeavesNoLedgerRowAndDoesNotKeepTheOthers()
{
    ReplayWorld world;
    world.handler.failOn(eventId(250), bad);
    const RunReport report = world.run(ReplayWorld::plan(500));
    QCOMPARE(kinds(report), u"applied 499, failed 1"_s);
    QCOMPARE(report.outcomes[249].reason, bad.what);
    QVERIFY(!world.ledger->contains(eventId(250)));
    QCOMPARE(world.applied(), 499);
    for (qint64 id = 1; id <= 500; ++id)
        QCOMPARE(world.timesApplied(eventId(id)), id == 250 ? 0 : 1);
}

void TestReplayer::aFailedEventsEntryStaysPending()
{
    ReplayWorld world;
    const Plan plan = world.pendingPlan(10);
    world.handler.failOn(eventId(4), bad);
    QCOMPARE(kinds(world.run(plan)), u"applied 9, failed 1"_s);
    QCOMPARE(world.pendingCount(), 1);
    QVERIFY(world.isPending(plan.items[3]));
}

void TestReplayer::aPendingEventIsClaimedAppliedAndAcknowledged()
{
    ReplayWorld world;
    const Plan plan = world.pendingPlan(3);
    std::optional<ConsumerName> owner;
    world.handler.onApply([&](const Event& applied) {
        owner = world.streams->pending(stream, billing, applied.origin->entry)->consumer;
    });
    QCOMPARE(kinds(world.run(plan)), u"applied 3"_s);
    QCOMPARE(owner, std::optional(replayConsumer()));
    QCOMPARE(world.pendingCount(), 0);
}

void TestReplayer::anEntryThatALiveConsumerTookIsSkipped()
{
    ReplayWorld world;
    const Plan plan = world.pendingPlan(3);
    const ConsumerName live("live");
    world.streams->redeliver(stream, billing, plan.items[1].event.origin->entry, live);
    const RunReport report = world.run(plan);
    QCOMPARE(kinds(report), u"applied 2, skipped 1"_s);
    QCOMPARE(report.outcomes[1].kind, OutcomeKind::Skipped);
    QVERIFY(!world.ledger->contains(eventId(2)));
    const auto entry = world.streams->pending(stream, billing, plan.items[1].event.origin->entry);
    QCOMPARE(entry->consumer, live);
}

void TestReplayer::anEntryThatWasAcknowledgedMeanwhileIsSkipped()
{
    ReplayWorld world;
    const Plan plan = world.pendingPlan(2);
    for (const PlanItem& item : plan.items)
        world.streams->acknowledge(stream, billing, item.event.origin->entry);
    world.ledger->insert(eventId(2));
    const RunReport report = world.run(plan);
    QCOMPARE(kinds(report), u"skipped 2"_s);
    QVERIFY(report.outcomes[0].reason.contains(u"No longer pending"));
    QVERIFY(report.outcomes[1].reason.contains(u"Already processed"));
    QCOMPARE(world.applied(), 0);
}

void TestReplayer::anEntryThatLeftTheStreamIsAppliedFromThePlan()
{
    ReplayWorld world;
    const Plan plan = world.pendingPlan(2);
    world.streams->remove(stream, plan.items[0].event.origin->entry);
    const RunReport report = world.run(plan);
    QCOMPARE(kinds(report), u"applied 2"_s);
    QCOMPARE(world.timesApplied(eventId(1)), 1);
    QCOMPARE(world.pendingCount(), 0);
}

void TestReplayer::anEventThatAConsumerAppliedMeanwhileIsSkippedAndAcknowledged()
{
    ReplayWorld world;
    const Plan plan = world.pendingPlan(3);
    world.ledger->insert(eventId(2));
    const RunReport report = world.run(plan);
    QCOMPARE(kinds(report), u"applied 2, skipped 1"_s);
    QVERIFY(report.outcomes[1].reason.contains(u"Already processed"));
    QVERIFY(report.outcomes[1].reason.contains(u"was acknowledged"));
    QCOMPARE(world.pendingCount(), 0);
}

void TestReplayer::whatCouldNotBeAcknowledgedIsSaid()
{
    ReplayWorld world;
    const Plan plan = world.pendingPlan(3);
    world.streams->faults.refusedEntries = {plan.items[0].event.origin->entry};
    world.handler.onApply([&](const Event& applied) {
        if (applied.id == eventId(2))
            world.streams->acknowledge(stream, billing, applied.origin->entry);
    });
    const RunReport report = world.run(plan);
    QCOMPARE(kinds(report), u"applied 3"_s);
    QVERIFY(report.outcomes[0].reason.contains(u"could not be acknowledged"));
    QVERIFY(report.outcomes[1].reason.contains(u"no longer pending"));
    QVERIFY(report.outcomes[2].reason.isEmpty());
}

void TestReplayer::aGroupThatIsGoneHasNothingPending()
{
    ReplayWorld world;
    const Plan plan = world.pendingPlan(2);
    world.streams->streams()[stream].groups.clear();
    const RunReport report = world.run(plan);
    QVERIFY(!report.error);
    QCOMPARE(kinds(report), u"skipped 2"_s);
}

void TestReplayer::aBrokenBrokerEndsTheRunAndAppliesNothingUnclaimed()
{
    ReplayWorld world;
    const Plan plan = world.pendingPlan(20);
    world.options.batch = 10;
    world.streams->faults.breakAfter = 4;
    const RunReport report = world.run(plan);
    QVERIFY(report.error);
    QCOMPARE(report.error->kind, Error::Kind::Unreachable);
    QCOMPARE(kinds(report), u"applied 4, not run 16"_s);
    QCOMPARE(world.applied(), 4);
    QVERIFY(report.outcomes[0].reason.contains(u"could not be acknowledged"));
}

void TestReplayer::aBrokerThatBreaksAfterTheWorkKeepsItsOutcome()
{
    ReplayWorld world;
    const Plan plan = world.pendingPlan(10);
    world.options.batch = 5;
    world.streams->faults.breakAfter = 5;
    const RunReport report = world.run(plan);
    QVERIFY(report.error);
    QCOMPARE(kinds(report), u"applied 5, not run 5"_s);
    QVERIFY(report.outcomes[4].reason.contains(u"could not be acknowledged"));
    // Resumed, what is done is not repeated.
    const RunReport again = world.run(plan, world.log->outcomes());
    QCOMPARE(kinds(again), u"applied 10"_s);
    QCOMPARE(world.applied(), 10);
}

void TestReplayer::aLostLedgerEndsTheRunWithTheRestNotRun()
{
    ReplayWorld world;
    world.options.batch = 10;
    world.ledger->endMarks(1, FakeLedgerTable::Ending::Broken);
    const RunReport report = world.run(ReplayWorld::plan(30));
    QVERIFY(report.error);
    QCOMPARE(kinds(report), u"applied 10, not run 20"_s);
    QCOMPARE(world.applied(), 10);
    QCOMPARE(kinds(world.run(ReplayWorld::plan(30), world.log->outcomes())), u"applied 30"_s);
    QCOMPARE(world.applied(), 30);
}

void TestReplayer::aCommitInDoubtThatHappenedIsApplied()
{
    ReplayWorld world;
    world.ledger->endMarks(0, FakeLedgerTable::Ending::InDoubtCommitted);
    const RunReport report = world.run(ReplayWorld::plan(20));
    QVERIFY(!report.error);
    QCOMPARE(kinds(report), u"applied 20"_s);
    QVERIFY(report.outcomes[0].reason.contains(u"in doubt"));
    QCOMPARE(world.applied(), 20);
}

void TestReplayer::aCommitInDoubtThatDidNotHappenIsRedone()
{
    ReplayWorld world;
    world.ledger->endMarks(0, FakeLedgerTable::Ending::InDoubtRolledBack);
    world.ledger->endMarks(3, FakeLedgerTable::Ending::InDoubtRolledBack);
    const RunReport report = world.run(ReplayWorld::plan(20));
    QCOMPARE(kinds(report), u"applied 20"_s);
    QCOMPARE(world.applied(), 20);
}

void TestReplayer::aCommitInDoubtOnABrokenConnectionStaysInDoubt()
{
    ReplayWorld world;
    world.options.batch = 10;
    world.ledger->endMarks(1, FakeLedgerTable::Ending::InDoubtCommitted, true);
    const RunReport report = world.run(ReplayWorld::plan(30));
    QVERIFY(report.error);
    QCOMPARE(kinds(report), u"applied 10, in doubt 10, not run 10"_s);
    // The ledger decides when the run is resumed: nothing is applied twice, nothing is left out.
    const RunReport again = world.run(ReplayWorld::plan(30), world.log->outcomes());
    QCOMPARE(kinds(again), u"applied 20, skipped 10"_s);
    QCOMPARE(world.applied(), 30);
}

void TestReplayer::anEffectThatCannotBeTakenBackIsInDoubtWhenItsCommitFails()
{
    ReplayWorld world(Handler::Guard::Ledger, false);
    world.ledger->endMarks(1, FakeLedgerTable::Ending::Broken);
    const RunReport report = world.run(ReplayWorld::plan(3));
    QVERIFY(report.error);
    QCOMPARE(kinds(report), u"applied 1, in doubt 1, not run 1"_s);
    // Not repeated without a yes…
    const RunReport careful = world.run(ReplayWorld::plan(3), world.log->outcomes());
    QCOMPARE(kinds(careful), u"applied 2, in doubt 1"_s);
    QCOMPARE(std::ranges::count(world.handler.calls(), eventId(2)), 1);
    // …and with one it is.
    world.options.repeatInDoubt = true;
    const RunReport bold = world.run(ReplayWorld::plan(3), world.log->outcomes());
    QCOMPARE(kinds(bold), u"applied 3"_s);
    QCOMPARE(std::ranges::count(world.handler.calls(), eventId(2)), 2);
}

void TestReplayer::anAnswerThatGotLostIsInDoubt()
{
    ReplayWorld world(Handler::Guard::Ledger, false);
    world.handler.failOn(eventId(1), {Error::Kind::Timeout, u"No answer within 10 s."_s, {}});
    world.handler.failOn(eventId(2), bad);
    const RunReport report = world.run(ReplayWorld::plan(3));
    QVERIFY(!report.error);
    QCOMPARE(kinds(report), u"applied 1, failed 1, in doubt 1"_s);
    QVERIFY(!world.ledger->contains(eventId(1)));
    QVERIFY(!world.ledger->contains(eventId(2)));
}

void TestReplayer::eventsOfTwoGroupsAreNotMixedInOneTransaction()
{
    ReplayWorld world;
    Plan plan = world.pendingPlan(4);
    plan.group = {};
    const GroupName email("email");
    world.streams->makeGroup(stream, email);
    world.streams->deliver(stream, email, ConsumerName("crashed"), 4);
    world.streams->advance(61s);
    plan.items[2].event.origin->group = email;
    plan.items[3].event.origin->group = email;
    QCOMPARE(kinds(world.run(plan)), u"applied 4"_s);
    QCOMPARE(world.ledger->transactions(), 2);
    QCOMPARE(world.pendingCount(), 2);
    QCOMPARE(world.streams->pendingCount(stream, email), 2);
}

void TestReplayer::anIntentThatCannotBeWrittenStopsBeforeTheHandler()
{
    ReplayWorld world;
    const Plan plan = world.pendingPlan(10);
    world.log->failCall(1, {Error::Kind::Refused, u"The disk is full."_s, {}});
    const RunReport report = world.run(plan);
    QVERIFY(report.error);
    QCOMPARE(kinds(report), u"not run 10"_s);
    QVERIFY(world.handler.calls().empty());
    const auto entry = world.streams->pending(stream, billing, plan.items[0].event.origin->entry);
    QCOMPARE(entry->consumer, ConsumerName("crashed"));
}

void TestReplayer::anOutcomeThatCannotBeWrittenStopsTheRun()
{
    ReplayWorld world;
    world.options.batch = 5;
    world.log->failCall(2, {Error::Kind::Refused, u"The disk is full."_s, {}});
    const RunReport report = world.run(ReplayWorld::plan(10));
    QVERIFY(report.error);
    QCOMPARE(kinds(report), u"applied 5, not run 5"_s);
    const RunReport again = world.run(ReplayWorld::plan(10), world.log->outcomes());
    QCOMPARE(kinds(again), u"applied 5, skipped 5"_s);
    QCOMPARE(world.applied(), 10);
}

QTEST_GUILESS_MAIN(TestReplayer)
#include "tst_replayer.moc"
