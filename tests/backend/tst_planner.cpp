// SPDX-License-Identifier: GPL-3.0-or-later
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
const ConsumerName worker("worker-1");
const TimePoint noon(Microseconds(1'700'000'000'000'000));

Profile shop()
{
    Profile profile;
    profile.name = u"shop"_s;
    profile.outbox.dead = u"failed"_s;
    LedgerSettings ledger;
    ledger.table = u"billing_processedevent"_s;
    ledger.groups = QStringList{u"billing"_s};
    profile.ledgers.append(ledger);
    HandlerSettings handler;
    handler.name = u"billing-sql"_s;
    handler.kind = u"sql"_s;
    handler.function = u"apply_order_paid"_s;
    handler.topics = QStringList{u"order.*"_s};
    handler.ledger = ledger.table;
    profile.handlers.append(handler);
    return profile;
}

/// Outbox, broker and ledger in memory, and a planner over them.
struct World
{
    World()
    {
        streams->makeGroup(stream, billing);
        reopen();
    }

    void reopen()
    {
        FakeBroker::Options options;
        options.settings = profile.broker;
        broker = std::move(*FakeBroker::open(streams, options));
    }

    EntryId add(const QByteArray& eventId, const QByteArray& payload = "{}")
    {
        return streams->add(stream.bytes(), eventId, payload);
    }

    std::vector<EntryId> deliver(qint64 count)
    {
        return streams->deliver(stream, billing, worker, count);
    }

    Result<Plan> make(const PlanRequest& request, bool withLedger = true)
    {
        FakeOutboxStore outbox(table);
        FakeLedger ledger(marks);
        Planner planner(
            profile, &outbox, *broker, withLedger ? &ledger : nullptr, [] { return noon; });
        return planner.make(request, {}, stop);
    }

    Profile profile = shop();
    std::shared_ptr<FakeOutboxTable> table = std::make_shared<FakeOutboxTable>();
    std::shared_ptr<FakeStreams> streams = std::make_shared<FakeStreams>();
    std::shared_ptr<FakeLedgerTable> marks = std::make_shared<FakeLedgerTable>();
    std::unique_ptr<FakeBroker> broker;
    std::stop_token stop;
};

PlanRequest requestFrom(PlanRequest::From from)
{
    PlanRequest request;
    request.from = from;
    request.handler = u"billing-sql"_s;
    request.group = billing;
    if (from == PlanRequest::From::Pending)
        request.topic = stream;
    return request;
}

QList<QByteArray> idsOf(const Plan& plan)
{
    QList<QByteArray> ids;
    for (const PlanItem& item : plan.items)
        ids.append(item.event.id.bytes());
    return ids;
}

QStringList verdictsOf(const Plan& plan)
{
    QStringList verdicts;
    for (const PlanItem& item : plan.items)
        verdicts.append(verdictName(item.verdict));
    return verdicts;
}

} // namespace

class TestPlanner : public QObject
{
    Q_OBJECT

private slots:
    void aPlanNamesWhatItWasMadeFor();
    void everyEventGetsItsVerdict();
    void withoutALedgerEveryVerdictIsUnknown();
    void anEventOlderThanTheLedgerKeepsIsUnknown();
    void aGroupThatTheLedgerDoesNotRecordIsUnknown();
    void anEntryWithoutAnEventIdIsNeverRun();
    void anEntryThatLeftTheStreamIsNeverRun();
    void aMissingPayloadComesFromTheOutboxRow();
    void onlyTheNamedEntriesAreFrozen();
    void theFilterFreezesWhatPassesNow();
    void anEntryAcknowledgedMeanwhileIsNotRun();
    void twoEntriesOfOneEventStayTwoItems();
    void moreThanTheLimitIsRefusedNotCut();
    void outboxRowsKeepTheOrderOfTheSelection();
    void outboxRowsAreFrozenThroughTheFilter();
    void anOutboxEventThatAConsumerWorksOnIsInFlight();
    void idsAreFoundInTheOutboxThenInTheNamedStream();
    void deadMeansPoisonDeadLettersAndDeadRows();
    void deadWithoutAStreamLooksAtAllOfThem();
    void aDeadLetterOfAnotherGroupIsLeftOut();
    void aDeadLetterNamesItsOriginalEntryWhereTheEntryIdIsTheEventId();
    void anotherTopicThanTheHandlersIsRefused();
    void anotherGroupThanTheHandlersLedgerIsRefused();
    void theGroupOfTheHandlersLedgerIsMeantWhenNoneIsNamed();
    void anUnknownHandlerNamesThoseThatExist();
    void aLedgerThatCannotBeReachedIsAnErrorNotAVerdict();
    void judgingAgainKeepsTheSet();
    void aStoppedPlanIsNoPlan();
};

void TestPlanner::aPlanNamesWhatItWasMadeFor()
{
    World world;
    world.table->insert(7, "order.paid", R"({"a": 1})");
    PlanRequest request = requestFrom(PlanRequest::From::Ids);
    request.ids = {EventId("7")};
    const auto plan = world.make(request);
    QVERIFY_RESULT(plan);
    QCOMPARE(plan->id.size(), 36);
    QCOMPARE(plan->profile, u"shop"_s);
    QCOMPARE(plan->handler, u"billing-sql"_s);
    QCOMPARE(plan->group, billing);
    QCOMPARE(plan->source, u"ids"_s);
    QCOMPARE(plan->madeAt, noon);
    const Event& event = plan->items.first().event;
    QCOMPARE(event.topic, TopicName("order.paid"));
    QCOMPARE(event.payload, std::optional<QByteArray>(R"({"a": 1})"));
    QCOMPARE(event.row, std::optional(OutboxRowId("7")));
    QVERIFY(!event.origin);
}

void TestPlanner::everyEventGetsItsVerdict()
{
    World world;
    for (const char* id : {"processed", "run", "live", "done-live"})
        world.add(id);
    world.streams->add(stream, {{"event_id", "bare"}});
    const auto ids = world.deliver(5);
    world.streams->advance(61s);
    world.streams->redeliver(stream, billing, ids[2], ConsumerName("worker-2"));
    world.streams->redeliver(stream, billing, ids[3], ConsumerName("worker-2"));
    world.marks->insert(EventId("processed"));
    world.marks->insert(EventId("done-live"));
    const auto plan = world.make(requestFrom(PlanRequest::From::Pending));
    QVERIFY_RESULT(plan);
    QCOMPARE(
        verdictsOf(*plan),
        (QStringList{
            u"processed"_s, u"run"_s, u"in_flight"_s, u"processed"_s, u"payload_missing"_s}));
    QVERIFY(plan->items[0].reason.contains(u"billing_processedevent"));
    QVERIFY(plan->items[2].reason.contains(u"worker-2"));
    QCOMPARE(plan->items[1].event.origin, (std::optional(EventOrigin{stream, billing, ids[1]})));
    QCOMPARE(plan->count(Verdict::Processed), 2);
}

void TestPlanner::withoutALedgerEveryVerdictIsUnknown()
{
    World world;
    world.add("1");
    world.deliver(1);
    world.streams->advance(61s);
    const auto plan = world.make(requestFrom(PlanRequest::From::Pending), false);
    QVERIFY_RESULT(plan);
    QCOMPARE(verdictsOf(*plan), QStringList{u"unknown"_s});
    QVERIFY(plan->items.first().reason.contains(u"billing"));
}

void TestPlanner::anEventOlderThanTheLedgerKeepsIsUnknown()
{
    World world;
    world.table->insert(1);
    world.table->setNow(noon + 48h);
    world.table->insert(2);
    world.marks->setSweptBefore(noon + 24h);
    PlanRequest request = requestFrom(PlanRequest::From::Ids);
    request.ids = {EventId("1"), EventId("2")};
    const auto plan = world.make(request);
    QVERIFY_RESULT(plan);
    QCOMPARE(verdictsOf(*plan), (QStringList{u"unknown"_s, u"run"_s}));
}

void TestPlanner::aGroupThatTheLedgerDoesNotRecordIsUnknown()
{
    World world;
    world.table->insert(1);
    world.marks->setGroups({GroupName("email")});
    PlanRequest request = requestFrom(PlanRequest::From::Ids);
    request.ids = {EventId("1")};
    const auto plan = world.make(request);
    QVERIFY_RESULT(plan);
    QCOMPARE(verdictsOf(*plan), QStringList{u"unknown"_s});
}

void TestPlanner::anEntryWithoutAnEventIdIsNeverRun()
{
    World world;
    world.streams->add(stream, {{"data", "{}"}});
    world.deliver(1);
    world.streams->advance(61s);
    const auto plan = world.make(requestFrom(PlanRequest::From::Pending));
    QVERIFY_RESULT(plan);
    QCOMPARE(verdictsOf(*plan), QStringList{u"payload_missing"_s});
    QVERIFY(plan->items.first().reason.startsWith(u"No event id"));
}

void TestPlanner::anEntryThatLeftTheStreamIsNeverRun()
{
    World world;
    const EntryId id = world.add("1");
    world.deliver(1);
    world.streams->advance(61s);
    world.streams->remove(stream, id);
    const auto plan = world.make(requestFrom(PlanRequest::From::Pending));
    QVERIFY_RESULT(plan);
    QCOMPARE(verdictsOf(*plan), QStringList{u"payload_missing"_s});
    QCOMPARE(plan->items.first().event.origin->entry, id);
}

void TestPlanner::aMissingPayloadComesFromTheOutboxRow()
{
    World world;
    world.streams->add(stream, {{"event_id", "9"}});
    world.deliver(1);
    world.streams->advance(61s);
    world.table->insert(9, "other.topic", "of another topic");
    world.table->insert(10, "order.paid", "whole", "9");
    const auto plan = world.make(requestFrom(PlanRequest::From::Pending));
    QVERIFY_RESULT(plan);
    QCOMPARE(verdictsOf(*plan), QStringList{u"run"_s});
    const Event& event = plan->items.first().event;
    QCOMPARE(event.payload, std::optional<QByteArray>("whole"));
    QCOMPARE(event.row, std::optional(OutboxRowId("10")));
    QVERIFY(event.origin);
}

void TestPlanner::onlyTheNamedEntriesAreFrozen()
{
    World world;
    for (int id = 0; id < 5'000; ++id)
        world.add(QByteArray::number(id));
    const auto ids = world.deliver(5'000);
    world.streams->advance(61s);
    PlanRequest request = requestFrom(PlanRequest::From::Pending);
    request.entries = {ids[4'999], ids[0], ids[2'500], ids[0]};
    const auto plan = world.make(request);
    QVERIFY_RESULT(plan);
    QCOMPARE(idsOf(*plan), (QList<QByteArray>{"4999", "0", "2500"}));
    QCOMPARE(plan->count(Verdict::Run), 3);
}

void TestPlanner::theFilterFreezesWhatPassesNow()
{
    World world;
    for (const char* id : {"1", "2", "3"})
        world.add(id);
    const auto ids = world.deliver(3);
    for (int i = 0; i < 4; ++i)
        world.streams->redeliver(stream, billing, ids[1], worker);
    world.streams->advance(61s);
    PlanRequest request = requestFrom(PlanRequest::From::Pending);
    request.pending.minDeliveries = 5;
    const auto plan = world.make(request);
    QVERIFY_RESULT(plan);
    QCOMPARE(idsOf(*plan), QList<QByteArray>{"2"});
}

void TestPlanner::anEntryAcknowledgedMeanwhileIsNotRun()
{
    World world;
    world.add("1");
    const auto ids = world.deliver(1);
    world.streams->advance(61s);
    world.streams->acknowledge(stream, billing, ids[0]);
    PlanRequest request = requestFrom(PlanRequest::From::Pending);
    request.entries = ids;
    const auto plan = world.make(request);
    QVERIFY_RESULT(plan);
    QCOMPARE(verdictsOf(*plan), QStringList{u"in_flight"_s});
    QVERIFY(plan->items.first().reason.contains(u"acknowledged"));
}

void TestPlanner::twoEntriesOfOneEventStayTwoItems()
{
    World world;
    world.add("1");
    world.add("1");
    world.deliver(2);
    world.streams->advance(61s);
    const auto plan = world.make(requestFrom(PlanRequest::From::Pending));
    QVERIFY_RESULT(plan);
    QCOMPARE(idsOf(*plan), (QList<QByteArray>{"1", "1"}));
    QCOMPARE(plan->count(Verdict::Run), 2);
}

void TestPlanner::moreThanTheLimitIsRefusedNotCut()
{
    World world;
    for (int id = 1; id <= 11; ++id) {
        world.table->insert(id);
        world.add(QByteArray::number(id));
    }
    world.deliver(11);
    PlanRequest pending = requestFrom(PlanRequest::From::Pending);
    pending.limit = 10;
    QVERIFY_ERROR(world.make(pending), Error::Kind::Refused);
    PlanRequest outbox = requestFrom(PlanRequest::From::Outbox);
    outbox.limit = 10;
    QVERIFY_ERROR(world.make(outbox), Error::Kind::Refused);
    outbox.limit = 11;
    QVERIFY_RESULT(world.make(outbox));
}

void TestPlanner::outboxRowsKeepTheOrderOfTheSelection()
{
    World world;
    for (int id = 1; id <= 3; ++id)
        world.table->insert(id);
    PlanRequest request = requestFrom(PlanRequest::From::Outbox);
    request.rows = {OutboxRowId("3"), OutboxRowId("99"), OutboxRowId("1")};
    const auto plan = world.make(request);
    QVERIFY_RESULT(plan);
    QCOMPARE(idsOf(*plan), (QList<QByteArray>{"3", "", "1"}));
    QCOMPARE(verdictsOf(*plan), (QStringList{u"run"_s, u"payload_missing"_s, u"run"_s}));
    QVERIFY(plan->items[1].reason.contains(u"99"));
}

void TestPlanner::outboxRowsAreFrozenThroughTheFilter()
{
    World world;
    const QByteArray large(10'000, 'x');
    for (int id = 1; id <= 2'500; ++id)
        world.table->insert(id, "order.paid", large);
    world.table->insert(3'000, "order.refunded");
    PlanRequest request = requestFrom(PlanRequest::From::Outbox);
    request.outbox.topic = TopicName("order.paid");
    const auto plan = world.make(request);
    QVERIFY_RESULT(plan);
    QCOMPARE(plan->items.size(), 2'500);
    QCOMPARE(plan->items.last().event.payload->size(), large.size());
}

void TestPlanner::anOutboxEventThatAConsumerWorksOnIsInFlight()
{
    World world;
    for (int id = 1; id <= 2; ++id) {
        world.table->insert(id);
        world.add(QByteArray::number(id));
    }
    world.deliver(1);
    PlanRequest request = requestFrom(PlanRequest::From::Outbox);
    request.outbox.newestFirst = false;
    const auto plan = world.make(request);
    QVERIFY_RESULT(plan);
    QCOMPARE(verdictsOf(*plan), (QStringList{u"in_flight"_s, u"run"_s}));
}

void TestPlanner::idsAreFoundInTheOutboxThenInTheNamedStream()
{
    World world;
    world.table->insert(1, "order.paid", "from the outbox");
    for (int id = 2; id < 1'500; ++id)
        world.add(QByteArray::number(id), "from the stream");
    PlanRequest request = requestFrom(PlanRequest::From::Ids);
    request.ids = {EventId("2"), EventId("1"), EventId("nowhere"), EventId("1")};
    const auto unnamed = world.make(request);
    QVERIFY_RESULT(unnamed);
    QCOMPARE(
        verdictsOf(*unnamed), (QStringList{u"payload_missing"_s, u"run"_s, u"payload_missing"_s}));
    request.topic = stream;
    const auto named = world.make(request);
    QVERIFY_RESULT(named);
    QCOMPARE(verdictsOf(*named), (QStringList{u"run"_s, u"run"_s, u"payload_missing"_s}));
    QCOMPARE(named->items[0].event.payload, std::optional<QByteArray>("from the stream"));
    QCOMPARE(named->items[1].event.payload, std::optional<QByteArray>("from the outbox"));
}

void TestPlanner::deadMeansPoisonDeadLettersAndDeadRows()
{
    World world;
    world.add("fine");
    world.add("poison");
    const auto ids = world.deliver(2);
    for (int i = 0; i < 4; ++i)
        world.streams->redeliver(stream, billing, ids[1], worker);
    world.streams->advance(61s);
    world.streams->add(
        BrokerTopic("order.paid:dlq"),
        {{"data", "{}"}, {"event_id", "letter"}, {"error", "no such account"}});
    world.table->insert(50, "order.paid", "{}", "row");
    world.table->setState(OutboxRowId("50"), RowState::Dead);
    world.table->insert(51);
    PlanRequest request = requestFrom(PlanRequest::From::Dead);
    request.topic = stream;
    const auto plan = world.make(request);
    QVERIFY_RESULT(plan);
    QCOMPARE(idsOf(*plan), (QList<QByteArray>{"poison", "letter", "row"}));
    QCOMPARE(plan->source, u"dead"_s);
    QVERIFY(plan->items[0].event.origin);
    QVERIFY(!plan->items[1].event.origin);
    QCOMPARE(plan->items[1].event.topic, TopicName("order.paid"));
    QCOMPARE(plan->count(Verdict::Run), 3);
}

void TestPlanner::deadWithoutAStreamLooksAtAllOfThem()
{
    World world;
    const BrokerTopic refunded("order.refunded");
    world.streams->makeGroup(refunded, billing);
    world.streams->makeGroup(refunded, GroupName("email"));
    world.streams->add("order.refunded", "poison", "{}");
    world.add("fine");
    for (const char* group : {"billing", "email"}) {
        const auto ids = world.streams->deliver(refunded, GroupName(group), worker, 1);
        for (int i = 0; i < 4; ++i)
            world.streams->redeliver(refunded, GroupName(group), ids[0], worker);
    }
    world.streams->add("order.paid:dlq", "letter", "{}");
    world.streams->advance(61s);
    const auto plan = world.make(requestFrom(PlanRequest::From::Dead));
    QVERIFY_RESULT(plan);
    QCOMPARE(idsOf(*plan), (QList<QByteArray>{"letter", "poison"}));
    PlanRequest allGroups = requestFrom(PlanRequest::From::Dead);
    allGroups.group = {};
    allGroups.handler = u"republish"_s;
    const auto wider = world.make(allGroups);
    QVERIFY_RESULT(wider);
    QCOMPARE(idsOf(*wider), (QList<QByteArray>{"letter", "poison", "poison"}));
}

void TestPlanner::aDeadLetterOfAnotherGroupIsLeftOut()
{
    World world;
    const BrokerTopic dead("order.paid:dlq");
    world.streams->add(dead, {{"data", "{}"}, {"event_id", "1"}, {"group", "email"}});
    world.streams->add(dead, {{"data", "{}"}, {"event_id", "2"}, {"group", "billing"}});
    PlanRequest request = requestFrom(PlanRequest::From::Dead);
    request.topic = stream;
    const auto plan = world.make(request);
    QVERIFY_RESULT(plan);
    QCOMPARE(idsOf(*plan), QList<QByteArray>{"2"});
}

void TestPlanner::aDeadLetterNamesItsOriginalEntryWhereTheEntryIdIsTheEventId()
{
    World world;
    world.profile.broker.eventId = u"@entry_id"_s;
    world.reopen();
    const BrokerTopic dead("order.paid:dlq");
    world.streams->add(dead, {{"data", "{}"}, {"original_id", "1700000000000-5"}});
    world.streams->add(dead, {{"data", "{}"}});
    PlanRequest request = requestFrom(PlanRequest::From::Dead);
    request.topic = stream;
    const auto plan = world.make(request);
    QVERIFY_RESULT(plan);
    QCOMPARE(idsOf(*plan), (QList<QByteArray>{"1700000000000-5", ""}));
    QCOMPARE(verdictsOf(*plan), (QStringList{u"run"_s, u"payload_missing"_s}));
}

void TestPlanner::anotherTopicThanTheHandlersIsRefused()
{
    World world;
    world.table->insert(1, "stock.low");
    PlanRequest request = requestFrom(PlanRequest::From::Ids);
    request.ids = {EventId("1")};
    const auto plan = world.make(request);
    QVERIFY_ERROR(plan, Error::Kind::Refused);
    QVERIFY(plan.error().what.contains(u"stock.low"));
}

void TestPlanner::anotherGroupThanTheHandlersLedgerIsRefused()
{
    World world;
    PlanRequest request = requestFrom(PlanRequest::From::Ids);
    request.group = GroupName("email");
    const auto plan = world.make(request);
    QVERIFY_ERROR(plan, Error::Kind::Refused);
    QVERIFY(plan.error().what.contains(u"billing"));
}

void TestPlanner::theGroupOfTheHandlersLedgerIsMeantWhenNoneIsNamed()
{
    World world;
    world.table->insert(1);
    PlanRequest request = requestFrom(PlanRequest::From::Ids);
    request.group = {};
    request.ids = {EventId("1")};
    const auto plan = world.make(request);
    QVERIFY_RESULT(plan);
    QCOMPARE(plan->group, billing);
    QCOMPARE(verdictsOf(*plan), QStringList{u"run"_s});
}

void TestPlanner::anUnknownHandlerNamesThoseThatExist()
{
    World world;
    PlanRequest request = requestFrom(PlanRequest::From::Ids);
    request.handler = u"biling-sql"_s;
    const auto plan = world.make(request);
    QVERIFY_ERROR(plan, Error::Kind::Missing);
    QVERIFY(plan.error().what.contains(u"billing-sql"));
    QVERIFY(plan.error().what.contains(u"republish"));
}

void TestPlanner::aLedgerThatCannotBeReachedIsAnErrorNotAVerdict()
{
    World world;
    world.table->insert(1);
    world.marks->setUnreachable(true);
    PlanRequest request = requestFrom(PlanRequest::From::Ids);
    request.ids = {EventId("1")};
    QVERIFY_ERROR(world.make(request), Error::Kind::Unreachable);
}

void TestPlanner::judgingAgainKeepsTheSet()
{
    World world;
    for (const char* id : {"1", "2"})
        world.add(id);
    const auto ids = world.deliver(2);
    const auto first = world.make(requestFrom(PlanRequest::From::Pending));
    QVERIFY_RESULT(first);
    QCOMPARE(first->count(Verdict::InFlight), 2);
    world.streams->advance(61s);
    world.add("3");
    world.deliver(1);
    world.marks->insert(EventId("1"));
    FakeOutboxStore outbox(world.table);
    FakeLedger ledger(world.marks);
    Planner planner(world.profile, &outbox, *world.broker, &ledger, [] { return noon + 1h; });
    const auto again = planner.judgeAgain(*first, {});
    QVERIFY_RESULT(again);
    QCOMPARE(again->id, first->id);
    QCOMPARE(again->madeAt, first->madeAt);
    QCOMPARE(idsOf(*again), idsOf(*first));
    QCOMPARE(verdictsOf(*again), (QStringList{u"processed"_s, u"run"_s}));
}

void TestPlanner::aStoppedPlanIsNoPlan()
{
    World world;
    world.add("1");
    world.deliver(1);
    std::stop_source stop;
    stop.request_stop();
    world.stop = stop.get_token();
    QVERIFY_ERROR(world.make(requestFrom(PlanRequest::From::Pending)), Error::Kind::Cancelled);
}

QTEST_GUILESS_MAIN(TestPlanner)
#include "tst_planner.moc"
