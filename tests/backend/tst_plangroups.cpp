// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/claimer.h"
#include "services/planner.h"
#include "support/fakebroker.h"
#include "support/fakeledger.h"
#include "support/fakeoutboxstore.h"
#include "support/printers.h"

#include <QTest>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const BrokerTopic stream("order.paid");
const GroupName billing("billing");
const GroupName email("email");
const ConsumerName worker("worker-1");
const TimePoint noon(Microseconds(1'700'000'000'000'000));

Profile shop()
{
    Profile profile;
    profile.name = u"shop"_s;
    for (const QString& group : {u"billing"_s, u"email"_s}) {
        LedgerSettings ledger;
        ledger.table = group + u"_processedevent"_s;
        ledger.groups = QStringList{group};
        profile.ledgers.append(ledger);
    }
    HandlerSettings handler;
    handler.name = u"billing-sql"_s;
    handler.kind = u"sql"_s;
    handler.function = u"apply_order_paid"_s;
    handler.ledger = u"billing_processedevent"_s;
    profile.handlers.append(handler);
    return profile;
}

/// Two groups read one stream, each with a ledger of its own; rows have keys.
struct World
{
    World()
    {
        profile.outbox.columns.key = u"customer"_s;
        for (const GroupName& group : {billing, email})
            streams->makeGroup(stream, group);
        FakeBroker::Options options;
        options.settings = profile.broker;
        broker = std::move(*FakeBroker::open(streams, options));
    }

    void addRow(qint64 id, const QByteArray& key)
    {
        OutboxRow row;
        row.id = OutboxRowId(QByteArray::number(id));
        row.eventId = EventId(row.id.bytes());
        row.topic = TopicName(stream.bytes());
        row.payload = "{}";
        row.createdAt = noon;
        row.key = key;
        row.state = RowState::Published;
        table->insert(row);
    }

    Planner planner(bool ownLedger = false)
    {
        return Planner(
            profile,
            &outbox,
            *broker,
            ownLedger ? &billingLedger : nullptr,
            [] { return noon; },
            [this](const GroupName& group) -> Result<Ledger*> {
                ++asked;
                if (group == billing)
                    return &billingLedger;
                return group == email ? &emailLedger : nullptr;
            });
    }

    Result<Plan> plan(const std::vector<EventId>& ids, const QString& handler = u"republish"_s)
    {
        PlanRequest request;
        request.from = PlanRequest::From::Ids;
        request.handler = handler;
        request.ids = ids;
        return planner(handler != u"republish"_s).make(request, {}, {});
    }

    Profile profile = shop();
    std::shared_ptr<FakeOutboxTable> table = std::make_shared<FakeOutboxTable>();
    std::shared_ptr<FakeStreams> streams = std::make_shared<FakeStreams>();
    std::shared_ptr<FakeLedgerTable> billed = std::make_shared<FakeLedgerTable>();
    std::shared_ptr<FakeLedgerTable> mailed = std::make_shared<FakeLedgerTable>();
    FakeOutboxStore outbox{table};
    FakeLedger billingLedger{billed, u"billing_processedevent"_s};
    FakeLedger emailLedger{mailed, u"email_processedevent"_s};
    std::unique_ptr<FakeBroker> broker;
    int asked = 0;
};

QStringList verdictsOf(const PlanItem& item)
{
    QStringList verdicts;
    for (const GroupVerdict& group : item.groups)
        verdicts.append(group.group.text() + u' ' + verdictName(group.verdict));
    verdicts.sort();
    return verdicts;
}

} // namespace

class TestPlanGroups : public QObject
{
    Q_OBJECT

private slots:
    void anEventThatOneGroupMissesRunsAndSaysWhichOne();
    void anEventThatAllGroupsHaveIsProcessed();
    void aGroupThatWorksOnItHoldsItBack();
    void aGroupWithoutALedgerMakesItUnknownUnlessAnotherNeedsIt();
    void aHandlerWithALedgerOfItsOwnAsksOnlyThat();
    void evidenceNamesTheHolderAndTheTimeInTheLedger();
    void aNewerProcessedEventOfTheKeyIsAWarning_data();
    void aNewerProcessedEventOfTheKeyIsAWarning();
    void pendingEventsGetTheKeysOfTheirRows();
    void anOutboxThatFailsIsSaidInTheNote();
    void anotherHandlerMakesANewPlanOfTheSameEvents();
    void aHandlerThatDoesNotServeTheGroupIsRefused();
    void leftOverEventsOfARunBecomeAPlan();
    void entriesThatTheRunBeforeTookAreNotInFlight();
};

void TestPlanGroups::anEventThatOneGroupMissesRunsAndSaysWhichOne()
{
    World world;
    world.addRow(1, "a");
    world.billed->insert(EventId("1"));
    const auto plan = world.plan({EventId("1")});
    QVERIFY_RESULT(plan);
    const PlanItem& item = plan->items.first();
    QCOMPARE(item.verdict, Verdict::Run);
    QCOMPARE(verdictsOf(item), (QStringList{u"billing processed"_s, u"email run"_s}));
    QVERIFY(item.reason.contains(u"billing: Ledger billing_processedevent holds it."));
    QVERIFY(item.reason.contains(u"email: Ledger email_processedevent does not hold it."));
}

void TestPlanGroups::anEventThatAllGroupsHaveIsProcessed()
{
    World world;
    world.addRow(1, "a");
    world.billed->insert(EventId("1"));
    world.mailed->insert(EventId("1"));
    const auto plan = world.plan({EventId("1")});
    QVERIFY_RESULT(plan);
    QCOMPARE(plan->items.first().verdict, Verdict::Processed);
}

void TestPlanGroups::aGroupThatWorksOnItHoldsItBack()
{
    World world;
    world.addRow(1, "a");
    world.streams->add(stream.bytes(), "1", "{}");
    world.streams->deliver(stream, email, worker, 1);
    const auto plan = world.plan({EventId("1")});
    QVERIFY_RESULT(plan);
    QCOMPARE(plan->items.first().verdict, Verdict::InFlight);
    QCOMPARE(
        verdictsOf(plan->items.first()), (QStringList{u"billing run"_s, u"email in_flight"_s}));
}

void TestPlanGroups::aGroupWithoutALedgerMakesItUnknownUnlessAnotherNeedsIt()
{
    World world;
    world.streams->makeGroup(stream, GroupName("audit"));
    world.addRow(1, "a");
    world.addRow(2, "b");
    for (const auto& ledger : {world.billed, world.mailed})
        ledger->insert(EventId("1"));
    const auto plan = world.plan({EventId("1"), EventId("2")});
    QVERIFY_RESULT(plan);
    QCOMPARE(plan->items[0].verdict, Verdict::Unknown);
    QVERIFY(plan->items[0].reason.contains(u"audit: The profile has no ledger"));
    QCOMPARE(plan->items[1].verdict, Verdict::Run);
}

void TestPlanGroups::aHandlerWithALedgerOfItsOwnAsksOnlyThat()
{
    World world;
    world.addRow(1, "a");
    world.billed->insert(EventId("1"));
    const auto plan = world.plan({EventId("1")}, u"billing-sql"_s);
    QVERIFY_RESULT(plan);
    QCOMPARE(plan->items.first().verdict, Verdict::Processed);
    QCOMPARE(verdictsOf(plan->items.first()), QStringList{u"billing processed"_s});
    QCOMPARE(world.asked, 0);
}

void TestPlanGroups::evidenceNamesTheHolderAndTheTimeInTheLedger()
{
    World world;
    world.billed->insert(EventId("1"), noon - 1h);
    for (const char* id : {"1", "2"})
        world.streams->add(stream.bytes(), id, "{}");
    const auto entries = world.streams->deliver(stream, billing, worker, 2);
    world.streams->advance(61s);
    PlanRequest request;
    request.from = PlanRequest::From::Pending;
    request.handler = u"republish"_s;
    request.topic = stream;
    request.group = billing;
    const auto plan = world.planner().make(request, {}, {});
    QVERIFY_RESULT(plan);
    const GroupVerdict& done = plan->items[0].groups.first();
    QCOMPARE(done.processedAt, std::optional(noon - 1h));
    QVERIFY(done.reason.contains(isoText(noon - 1h)));
    const GroupVerdict& waiting = plan->items[1].groups.first();
    QVERIFY(waiting.held);
    QCOMPARE(waiting.held->entry.id, entries[1]);
    QCOMPARE(waiting.held->entry.consumer, worker);
    QCOMPARE(waiting.held->entry.idle, Milliseconds(61'000));
    QCOMPARE(waiting.held->entry.deliveries, 1);
}

void TestPlanGroups::aNewerProcessedEventOfTheKeyIsAWarning_data()
{
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<qint64>("newerRow");
    QTest::addColumn<bool>("isProcessed");
    QTest::addColumn<bool>("isWarned");
    QTest::newRow("newer, same key, processed") << QByteArray("a") << qint64(9) << true << true;
    QTest::newRow("newer, same key, not processed")
        << QByteArray("a") << qint64(9) << false << false;
    QTest::newRow("newer, other key, processed") << QByteArray("b") << qint64(9) << true << false;
    QTest::newRow("older, same key, processed") << QByteArray("a") << qint64(3) << true << false;
}

void TestPlanGroups::aNewerProcessedEventOfTheKeyIsAWarning()
{
    QFETCH(QByteArray, key);
    QFETCH(qint64, newerRow);
    QFETCH(bool, isProcessed);
    QFETCH(bool, isWarned);
    World world;
    world.addRow(5, "a");
    world.addRow(newerRow, key);
    const EventId other(QByteArray::number(newerRow));
    if (isProcessed)
        world.mailed->insert(other);
    const auto plan = world.plan({EventId("5")});
    QVERIFY_RESULT(plan);
    QCOMPARE(plan->items.first().verdict, Verdict::Run);
    QCOMPARE(plan->warnings(), isWarned ? 1 : 0);
    if (isWarned) {
        QCOMPARE(plan->items.first().newer->id, other);
        QCOMPARE(plan->items.first().newer->group, email);
    }
}

void TestPlanGroups::pendingEventsGetTheKeysOfTheirRows()
{
    World world;
    world.addRow(1, "a");
    world.addRow(2, "a");
    world.billed->insert(EventId("2"));
    world.streams->add(stream.bytes(), "1", "{}");
    world.streams->deliver(stream, billing, worker, 1);
    world.streams->advance(61s);
    PlanRequest request;
    request.from = PlanRequest::From::Pending;
    request.handler = u"republish"_s;
    request.topic = stream;
    request.group = billing;
    const auto plan = world.planner().make(request, {}, {});
    QVERIFY_RESULT(plan);
    QCOMPARE(plan->items.first().event.key, std::optional<QByteArray>("a"));
    QCOMPARE(plan->warnings(), 1);
}

void TestPlanGroups::anOutboxThatFailsIsSaidInTheNote()
{
    World world;
    world.addRow(1, "a");
    const auto plan = world.plan({EventId("1")});
    QVERIFY_RESULT(plan);
    QVERIFY(plan->note.isEmpty());
    world.table->setFailure(Error{Error::Kind::Timeout, u"Too slow."_s, {}});
    const auto again = world.planner().judgeAgain(*plan, {});
    QVERIFY_RESULT(again);
    QVERIFY(again->note.contains(u"Too slow."));
    QCOMPARE(again->items.first().verdict, Verdict::Run);
}

void TestPlanGroups::anotherHandlerMakesANewPlanOfTheSameEvents()
{
    World world;
    world.addRow(1, "a");
    world.billed->insert(EventId("1"));
    const auto plan = world.plan({EventId("1")});
    QVERIFY_RESULT(plan);
    const auto other = world.planner(true).forHandler(*plan, u"billing-sql"_s, {});
    QVERIFY_RESULT(other);
    QVERIFY(other->id != plan->id);
    QCOMPARE(other->handler, u"billing-sql"_s);
    QCOMPARE(other->group, billing);
    QCOMPARE(other->items.first().event, plan->items.first().event);
    QCOMPARE(other->items.first().verdict, Verdict::Processed);
}

void TestPlanGroups::aHandlerThatDoesNotServeTheGroupIsRefused()
{
    World world;
    world.addRow(1, "a");
    PlanRequest request;
    request.from = PlanRequest::From::Ids;
    request.handler = u"republish"_s;
    request.group = email;
    request.ids = {EventId("1")};
    const auto plan = world.planner().make(request, {}, {});
    QVERIFY_RESULT(plan);
    QVERIFY_ERROR(
        world.planner(true).forHandler(*plan, u"billing-sql"_s, {}), Error::Kind::Refused);
}

void TestPlanGroups::leftOverEventsOfARunBecomeAPlan()
{
    World world;
    for (const qint64 id : {1, 2, 3})
        world.addRow(id, "a");
    const auto plan = world.plan({EventId("1"), EventId("2"), EventId("3")});
    QVERIFY_RESULT(plan);
    RunReport report;
    report.runId = u"run-1"_s;
    report.outcomes = {
        {0, EventId("1"), OutcomeKind::Applied, {}},
        {1, EventId("2"), OutcomeKind::Failed, u"No."_s},
        {2, EventId("3"), OutcomeKind::InDoubt, {}}};
    const Plan failed = planOfOutcomes(*plan, report, {OutcomeKind::Failed}, noon + 1h);
    QCOMPARE(failed.items.size(), 1);
    QCOMPARE(failed.items.first().event, plan->items[1].event);
    QCOMPARE(failed.fromRun, u"run-1"_s);
    QCOMPARE(failed.madeAt, noon + 1h);
    QVERIFY(failed.id != plan->id);
    const Plan both =
        planOfOutcomes(*plan, report, {OutcomeKind::Failed, OutcomeKind::InDoubt}, noon);
    QCOMPARE(both.items.size(), 2);
}

void TestPlanGroups::entriesThatTheRunBeforeTookAreNotInFlight()
{
    World world;
    world.streams->add(stream.bytes(), "1", "{}");
    world.streams->deliver(stream, billing, replayConsumer(), 1);
    PlanRequest request;
    request.from = PlanRequest::From::Pending;
    request.handler = u"republish"_s;
    request.topic = stream;
    request.group = billing;
    auto plan = world.planner().make(request, {}, {});
    QVERIFY_RESULT(plan);
    QCOMPARE(plan->items.first().verdict, Verdict::InFlight);
    plan->fromRun = u"run-1"_s;
    const auto again = world.planner().judgeAgain(*plan, {});
    QVERIFY_RESULT(again);
    QCOMPARE(again->items.first().verdict, Verdict::Run);
}

QTEST_GUILESS_MAIN(TestPlanGroups)
#include "tst_plangroups.moc"
