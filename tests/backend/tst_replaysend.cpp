// SPDX-License-Identifier: GPL-3.0-or-later
#include "handlers/republishhandler.h"
#include "support/printers.h"
#include "support/replayworld.h"

#include <QTest>

#include <utility>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const BrokerTopic stream("order.paid");
const GroupName billing("billing");

QString kinds(const RunReport& report)
{
    return ReplayWorld::kinds(report);
}

EventId eventId(qint64 id)
{
    return EventId(QByteArray::number(id));
}

/// A replay through the real republish handler into the fake broker.
struct World : ReplayWorld
{
    World()
        : ReplayWorld(Handler::Guard::Consumers, false)
    {
        options.verdictTimeout = 3s;
    }

    RunReport republish(const Plan& plan, const QList<Outcome>& done = {})
    {
        auto broker = std::move(*FakeBroker::open(streams));
        RepublishHandler republisher(*broker, u"republish"_s, [this] { return now; });
        FakeLedger connection(ledger);
        const auto sleep = [this](Milliseconds duration, const std::stop_token&) {
            now += duration;
            if (onSleep)
                onSleep(duration);
        };
        Replayer replayer(
            republisher,
            withLedger ? &connection : nullptr,
            *broker,
            log.get(),
            [this] { return now; },
            sleep);
        if (ledgerOf)
            replayer.watchLedgers(ledgerOf);
        return replayer.run(u"run"_s, plan, options, 60s, done, step, {}, stop.get_token());
    }

    LedgerOf ledgerOf;

    QList<QByteArray> inStream() const
    {
        QList<QByteArray> ids;
        for (const Message& message : streams->entries(stream))
            ids.append(message.eventId.bytes());
        return ids;
    }
};

} // namespace

class TestReplaySend : public QObject
{
    Q_OBJECT

private slots:
    void everyGroupThatMissedItHasToConfirm();
    void confirmationsAreWrittenDownAsTheyCome();
    void whoHoldsAnUnconfirmedEventIsSaid();
    void sentIsNotHandledUntilTheLedgerSaysSo();
    void whatConsumersConfirmInTimeIsApplied();
    void withoutALedgerThereIsNoVerdictAndNoWaiting();
    void theOriginalIsAcknowledgedOnlyAfterItsCopyWasAccepted();
    void aRefusedCopyLeavesTheOriginalPending();
    void whatTheLedgerHoldsIsNotSentAgain();
    void copiesOfOneEventAreSentOnce();
    void anAnswerThatGotLostIsInDoubtAndNotRepeatedWithoutAYes();
    void eachCanaryStepWaitsForItsVerdicts();
    void aStopEndsTheWatch();
    void aResumedRunGoesOnWatching();
    void aLostLedgerDuringTheWatchKeepsWhatWasSent();
    void theCopyCarriesIdPayloadAndTime();
    void anEventIsNotSentToAnotherStreamThanItsOwn();
};

void TestReplaySend::everyGroupThatMissedItHasToConfirm()
{
    World world;
    world.withLedger = false;
    auto mailed = std::make_shared<FakeLedgerTable>();
    FakeLedger billingLedger(world.ledger);
    FakeLedger emailLedger(mailed, u"email_processedevent"_s);
    world.ledgerOf = [&](const GroupName& group) -> Result<Ledger*> {
        return group == billing ? &billingLedger : &emailLedger;
    };
    Plan plan = World::plan(2);
    plan.group = GroupName();
    const GroupVerdict misses{billing, Verdict::Run, {}, u"billing_processedevent"_s, {}, {}};
    GroupVerdict has = misses;
    has.verdict = Verdict::Processed;
    GroupVerdict mail = misses;
    mail.group = GroupName("email");
    plan.items[0].groups = {misses, mail};
    plan.items[1].groups = {has, mail};
    mailed->insert(eventId(1));
    mailed->insert(eventId(2));
    const RunReport report = world.republish(plan);
    QCOMPARE(kinds(report), u"applied 1, no verdict 1"_s);
    QCOMPARE(report.outcomes[1].kind, OutcomeKind::Applied);
    QVERIFY(report.outcomes[0].reason.contains(u"Ledger billing_processedevent did not"));
    QVERIFY(report.outcomes[0].reason.contains(u"Confirmed by ledger email_processedevent"));
}

void TestReplaySend::confirmationsAreWrittenDownAsTheyCome()
{
    World world;
    int sleeps = 0;
    std::optional<OutcomeKind> whileWatching;
    world.onSleep = [&](Milliseconds) {
        if (++sleeps == 1)
            world.ledger->insert(eventId(2));
        else if (sleeps == 3)
            whileWatching = world.log->outcomes()[1].kind;
    };
    QCOMPARE(kinds(world.republish(World::plan(3))), u"applied 1, no verdict 2"_s);
    QCOMPARE(whileWatching, std::optional(OutcomeKind::Applied));
}

void TestReplaySend::whoHoldsAnUnconfirmedEventIsSaid()
{
    World world;
    bool isDelivered = false;
    world.onSleep = [&](Milliseconds duration) {
        if (!std::exchange(isDelivered, true))
            world.streams->deliver(stream, billing, ConsumerName("worker-2"), 2);
        world.streams->advance(duration);
    };
    const RunReport report = world.republish(World::plan(2));
    QCOMPARE(kinds(report), u"no verdict 2"_s);
    QVERIFY(report.outcomes[0].reason.contains(u"worker-2 of group billing"));
}

void TestReplaySend::sentIsNotHandledUntilTheLedgerSaysSo()
{
    World world;
    const RunReport report = world.republish(World::plan(3));
    QVERIFY(!report.error);
    QCOMPARE(kinds(report), u"no verdict 3"_s);
    QVERIFY(report.outcomes[0].reason.contains(u"did not confirm"));
    QCOMPARE(world.inStream(), (QList<QByteArray>{"1", "2", "3"}));
    QCOMPARE(report.elapsed, 3s);
}

void TestReplaySend::whatConsumersConfirmInTimeIsApplied()
{
    World world;
    int sleeps = 0;
    world.onSleep = [&](Milliseconds) {
        if (++sleeps == 2)
            world.ledger->insert(eventId(2));
    };
    const RunReport report = world.republish(World::plan(3));
    QCOMPARE(kinds(report), u"applied 1, no verdict 2"_s);
    QCOMPARE(report.outcomes[1].kind, OutcomeKind::Applied);
    QVERIFY(report.outcomes[1].reason.contains(u"Confirmed"));
    QCOMPARE(world.log->outcomes()[1].kind, OutcomeKind::Applied);
}

void TestReplaySend::withoutALedgerThereIsNoVerdictAndNoWaiting()
{
    World world;
    world.withLedger = false;
    const RunReport report = world.republish(World::plan(2));
    QCOMPARE(kinds(report), u"no verdict 2"_s);
    QVERIFY(report.outcomes[0].reason.contains(u"No ledger"));
    QCOMPARE(report.elapsed, 0ms);
}

void TestReplaySend::theOriginalIsAcknowledgedOnlyAfterItsCopyWasAccepted()
{
    World world;
    const Plan plan = world.pendingPlan(2);
    QStringList order;
    world.streams->before = [&order](QByteArrayView call) -> Result<void> {
        if (call == "publish" || call == "claim" || call == "acknowledge")
            order.append(QString::fromLatin1(call));
        return {};
    };
    QCOMPARE(kinds(world.republish(plan)), u"no verdict 2"_s);
    QCOMPARE(
        order,
        (QStringList{
            u"claim"_s,
            u"publish"_s,
            u"acknowledge"_s,
            u"claim"_s,
            u"publish"_s,
            u"acknowledge"_s}));
    QCOMPARE(world.pendingCount(), 0);
}

void TestReplaySend::aRefusedCopyLeavesTheOriginalPending()
{
    World world;
    const Plan plan = world.pendingPlan(3);
    world.streams->faults.refused = {eventId(2)};
    const RunReport report = world.republish(plan);
    QCOMPARE(kinds(report), u"failed 1, no verdict 2"_s);
    QCOMPARE(world.pendingCount(), 1);
    QVERIFY(world.isPending(plan.items[1]));
}

void TestReplaySend::whatTheLedgerHoldsIsNotSentAgain()
{
    World world;
    const Plan plan = world.pendingPlan(2);
    world.ledger->insert(eventId(1));
    const qsizetype before = world.inStream().size();
    const RunReport report = world.republish(plan);
    QCOMPARE(kinds(report), u"skipped 1, no verdict 1"_s);
    QVERIFY(report.outcomes[0].reason.contains(u"Already processed"));
    QCOMPARE(world.inStream().size(), before + 1);
    QCOMPARE(world.pendingCount(), 0);
}

void TestReplaySend::copiesOfOneEventAreSentOnce()
{
    World world;
    Plan plan = world.pendingPlan(2);
    plan.items[1].event.id = eventId(1);
    const RunReport report = world.republish(plan);
    QCOMPARE(kinds(report), u"skipped 1, no verdict 1"_s);
    QCOMPARE(world.inStream(), (QList<QByteArray>{"1", "2", "1"}));
    QCOMPARE(world.pendingCount(), 0);
}

void TestReplaySend::anAnswerThatGotLostIsInDoubtAndNotRepeatedWithoutAYes()
{
    World world;
    world.streams->faults.breakAfter = 1;
    world.streams->faults.unansweredAreDone = true;
    const RunReport report = world.republish(World::plan(3));
    QVERIFY(report.error);
    QCOMPARE(kinds(report), u"no verdict 1, in doubt 1, not run 1"_s);
    const RunReport careful = world.republish(World::plan(3), world.log->outcomes());
    QCOMPARE(kinds(careful), u"no verdict 2, in doubt 1"_s);
    QCOMPARE(world.inStream().count("2"), 1);
    world.options.repeatInDoubt = true;
    const RunReport bold = world.republish(World::plan(3), world.log->outcomes());
    QCOMPARE(kinds(bold), u"no verdict 3"_s);
    QCOMPARE(world.inStream().count("2"), 2);
}

void TestReplaySend::eachCanaryStepWaitsForItsVerdicts()
{
    World world;
    world.options.canary = {1, 2};
    world.onSleep = [&world](Milliseconds) {
        for (const QByteArray& id : world.inStream())
            world.ledger->insert(EventId(id));
    };
    QStringList seen;
    world.step = [&](const RunReport& soFar) {
        seen.append(kinds(soFar));
        return true;
    };
    QCOMPARE(kinds(world.republish(World::plan(5))), u"applied 5"_s);
    QCOMPARE(seen, (QStringList{u"applied 1, not run 4"_s, u"applied 3, not run 2"_s}));
}

void TestReplaySend::aStopEndsTheWatch()
{
    World world;
    int sleeps = 0;
    world.onSleep = [&](Milliseconds) {
        if (++sleeps == 1)
            world.stop.request_stop();
    };
    const RunReport report = world.republish(World::plan(2));
    QCOMPARE(kinds(report), u"no verdict 2"_s);
    QCOMPARE(sleeps, 1);
}

void TestReplaySend::aResumedRunGoesOnWatching()
{
    World world;
    QCOMPARE(kinds(world.republish(World::plan(3))), u"no verdict 3"_s);
    for (const qint64 id : {1, 3})
        world.ledger->insert(eventId(id));
    const RunReport again = world.republish(World::plan(3), world.log->outcomes());
    QCOMPARE(kinds(again), u"applied 2, no verdict 1"_s);
    QCOMPARE(world.inStream().size(), 3);
}

void TestReplaySend::aLostLedgerDuringTheWatchKeepsWhatWasSent()
{
    World world;
    world.onSleep = [&world](Milliseconds) { world.ledger->setUnreachable(true); };
    const RunReport report = world.republish(World::plan(2));
    QVERIFY(report.error);
    QCOMPARE(kinds(report), u"no verdict 2"_s);
    QCOMPARE(world.log->outcomes()[0].kind, OutcomeKind::NoVerdict);
}

void TestReplaySend::theCopyCarriesIdPayloadAndTime()
{
    World world;
    Plan plan = World::plan(1);
    plan.items[0].event.payload = QByteArray("\x00\xff{}", 4);
    plan.items[0].event.createdAt = TimePoint(Microseconds(1'600'000'000'123'000));
    world.republish(plan);
    const Message copy = world.streams->entries(stream).front();
    QCOMPARE(copy.eventId, eventId(1));
    QVERIFY(copy.fields.contains(Field{"data", QByteArray("\x00\xff{}", 4)}));
    QVERIFY(copy.fields.contains(Field{"created_at", "2020-09-13T12:26:40.123Z"}));
}

void TestReplaySend::anEventIsNotSentToAnotherStreamThanItsOwn()
{
    World world;
    Plan plan = world.pendingPlan(1);
    plan.items[0].event.topic = TopicName("order.refunded");
    const RunReport report = world.republish(plan);
    QCOMPARE(kinds(report), u"failed 1"_s);
    QVERIFY(report.outcomes[0].reason.contains(u"order.refunded"));
    QVERIFY(world.streams->entries(BrokerTopic("order.refunded")).empty());
    QCOMPARE(world.pendingCount(), 1);
}

QTEST_GUILESS_MAIN(TestReplaySend)
#include "tst_replaysend.moc"
