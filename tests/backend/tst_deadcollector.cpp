// SPDX-License-Identifier: GPL-3.0-or-later
#include "ledger/ledger.h"
#include "services/deadcollector.h"
#include "services/planner.h"
#include "support/fakebackends.h"
#include "support/fakebroker.h"
#include "support/fakeledger.h"
#include "support/fakeoutboxstore.h"
#include "support/printers.h"

#include <QElapsedTimer>
#include <QTest>

#include <algorithm>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const BrokerTopic paid("order.paid");
const BrokerTopic deadPaid("order.paid:dlq");
const GroupName billing("billing");
const ConsumerName worker("billing-1");

struct World
{
    World()
    {
        profile.name = u"shop"_s;
        streams->makeGroup(paid, billing);
    }

    Result<DeadLetters> collect(const DeadRequest& request = {})
    {
        FakeBroker::Options options;
        options.settings = profile.broker;
        options.thresholds = profile.thresholds;
        broker = std::move(*FakeBroker::open(streams, options));
        FakeOutboxStore outbox(table);
        return DeadCollector(profile, &outbox, *broker).collect(request, {}, stop);
    }

    /// One entry that its consumer got five times.
    EntryId poison(const QByteArray& eventId)
    {
        streams->add(paid.bytes(), eventId, "{}");
        const EntryId id = streams->deliver(paid, billing, worker, 1).front();
        for (int i = 0; i < 4; ++i)
            streams->redeliver(paid, billing, id, worker);
        return id;
    }

    Profile profile;
    std::shared_ptr<FakeStreams> streams = std::make_shared<FakeStreams>();
    std::shared_ptr<FakeOutboxTable> table = std::make_shared<FakeOutboxTable>();
    std::unique_ptr<FakeBroker> broker;
    std::stop_token stop;
};

QStringList placesOf(const DeadLetters& dead)
{
    QStringList places;
    for (const DeadLetter& letter : dead.letters)
        places << deadWhereName(letter.id.where) + u' ' + letter.eventId.text();
    return places;
}

QByteArray isoOf(TimePoint time)
{
    return isoText(time).toLatin1();
}

} // namespace

/// What is found dead, how it is grouped, and that plans freeze exactly that.
class TestDeadCollector : public QObject
{
    Q_OBJECT

private slots:
    void everythingDeadIsFoundWhereverItLies();
    void aPoisonLetterSaysWhereItIsPending();
    void entriesThatTheirStreamLostAreSaidToBeMissing();
    void aLostEntryIsNamedByItsCopy();
    void aLostPayloadComesFromTheOutbox();
    void equalElementsOfAListAreTwoLetters();
    void aPlaceOfAnotherTypeIsAProblemOfItsOwn();
    void onlyTheProfilesPlaceIsLookedAt();
    void deadStreamsOfStreamsThatAreGoneAreFound();
    void filtersNarrowWhatIsFound_data();
    void filtersNarrowWhatIsFound();
    void timesThatNobodyRecordedAreUnknown();
    void groupsCountByTheServersClock();
    void moreThanTheLimitIsSaid();
    void aDeadOutboxLeavesOnlyItsRowsOut();
    void aDeadBrokerIsAnError();
    void aStopEndsIt();
    void aPlanHoldsExactlyTheLettersThatWereChosen();
    void tenThousandAreGroupedAndPlannedAtOnce();
};

void TestDeadCollector::everythingDeadIsFoundWhereverItLies()
{
    World world;
    world.poison("1");
    world.streams->add(paid.bytes(), "alive", "{}");
    world.streams->add(deadPaid, {{"data", "{}"}, {"event_id", "2"}, {"error", "no"}});
    world.streams->addToList(
        BrokerTopic("order.paid:dead"), R"({"data": {}, "event_id": 3, "error": "no"})");
    world.streams->addToSortedSet(
        BrokerTopic("dlq:order.paid"), R"({"data": {}, "event_id": 4})", 1'700'000'000);
    world.streams->add(BrokerTopic("order.paid_dlq"), {{"data", "{}"}, {"event_id", "5"}});
    world.table->insert(6);
    world.table->setState(OutboxRowId("6"), RowState::Dead);
    world.table->insert(7);
    const auto dead = world.collect();
    QVERIFY_RESULT(dead);
    QCOMPARE(
        placesOf(*dead),
        (QStringList{
            u"poison 1"_s,
            u"stream 2"_s,
            u"list 3"_s,
            u"stream 5"_s,
            u"sorted_set 4"_s,
            u"outbox_row 6"_s}));
    QVERIFY(dead->isWhole);
    QVERIFY(dead->problems.isEmpty());
    for (const DeadLetter& letter : dead->letters)
        QCOMPARE(letter.topic, TopicName("order.paid"));
}

void TestDeadCollector::aPoisonLetterSaysWhereItIsPending()
{
    World world;
    const EntryId id = world.poison("1");
    world.streams->advance(90s);
    const auto dead = world.collect();
    QVERIFY_RESULT(dead);
    const DeadLetter letter = dead->letters.value(0);
    QCOMPARE(letter.id, (DeadLetterId{DeadWhere::Poison, "order.paid", billing, id.bytes()}));
    QCOMPARE(letter.group, billing);
    QCOMPARE(letter.entry, std::optional(id));
    QCOMPARE(letter.deliveries, std::optional<qint64>(5));
    QCOMPARE(letter.diedAt, std::optional(world.streams->now() - 90s));
    QCOMPARE(letter.original.consumer, worker);
    QVERIFY(letter.error.isEmpty());
}

void TestDeadCollector::entriesThatTheirStreamLostAreSaidToBeMissing()
{
    World world;
    world.streams->add(paid.bytes(), "1", "{}");
    world.streams->add(paid.bytes(), "2", "{}");
    world.streams->add(paid.bytes(), "3", "{}");
    const auto ids = world.streams->deliver(paid, billing, worker, 3);
    // The first is trimmed away, one in the middle is deleted; both after one delivery.
    world.streams->remove(paid, ids[0]);
    world.streams->remove(paid, ids[1]);
    world.streams->advance(61s);
    const auto dead = world.collect();
    QVERIFY_RESULT(dead);
    QCOMPARE(placesOf(*dead), (QStringList{u"entry_gone "_s, u"entry_gone "_s}));
    QCOMPARE(dead->letters[0].entry, std::optional(ids[0]));
    QVERIFY(!dead->letters[0].payload);
    QCOMPARE(dead->letters[0].topic, TopicName("order.paid"));
}

void TestDeadCollector::aLostEntryIsNamedByItsCopy()
{
    World world;
    const EntryId id = world.poison("7");
    world.streams->remove(paid, id);
    world.streams->add(
        deadPaid, {{"data", "{\"n\": 7}"}, {"event_id", "7"}, {"original_id", id.bytes()}});
    world.table->insert(7, "order.paid", "{\"n\": 7}");
    world.table->setState(OutboxRowId("7"), RowState::Published);
    const auto dead = world.collect();
    QVERIFY_RESULT(dead);
    QCOMPARE(placesOf(*dead), (QStringList{u"entry_gone 7"_s, u"stream 7"_s}));
    QCOMPARE(dead->letters[0].payload, std::optional<QByteArray>("{\"n\": 7}"));
    QVERIFY(dead->letters[0].isPayloadFromOutbox);
}

void TestDeadCollector::aLostPayloadComesFromTheOutbox()
{
    World world;
    world.streams->add(deadPaid, {{"event_id", "8"}, {"error", "no"}});
    world.table->insert(8, "order.paid", "{\"n\": 8}");
    world.table->setState(OutboxRowId("8"), RowState::Published);
    const auto dead = world.collect();
    QVERIFY_RESULT(dead);
    QCOMPARE(dead->letters.size(), 1);
    QCOMPARE(dead->letters[0].payload, std::optional<QByteArray>("{\"n\": 8}"));
    QCOMPARE(dead->letters[0].row, std::optional(OutboxRowId("8")));
}

void TestDeadCollector::equalElementsOfAListAreTwoLetters()
{
    World world;
    const QByteArray element = R"({"data": {}, "event_id": 3})";
    world.streams->addToList(deadPaid, element);
    world.streams->addToList(deadPaid, element);
    const auto dead = world.collect();
    QVERIFY_RESULT(dead);
    QCOMPARE(dead->letters.size(), 2);
    QVERIFY(dead->letters[0].id != dead->letters[1].id);
    QVERIFY(dead->letters[1].id.id.endsWith("/2"));
    QCOMPARE(dead->letters[0].original, dead->letters[1].original);
}

void TestDeadCollector::aPlaceOfAnotherTypeIsAProblemOfItsOwn()
{
    World world;
    world.streams->faults.problems[BrokerTopic("order.paid:dead")] = u"order.paid:dead is odd."_s;
    world.streams->add(deadPaid, {{"data", "{}"}, {"event_id", "2"}});
    const auto dead = world.collect();
    QVERIFY_RESULT(dead);
    QCOMPARE(placesOf(*dead), QStringList{u"stream 2"_s});
    QCOMPARE(dead->problems, QStringList{u"order.paid:dead is odd."_s});
}

void TestDeadCollector::onlyTheProfilesPlaceIsLookedAt()
{
    World world;
    world.profile.broker.dead = u"graveyard"_s;
    world.streams->add(deadPaid, {{"data", "{}"}, {"event_id", "2"}});
    world.streams->add(
        BrokerTopic("graveyard"),
        {{"data", "{}"}, {"event_id", "3"}, {"original_stream", "order.paid"}});
    world.streams->add(BrokerTopic("graveyard"), {{"data", "{}"}, {"event_id", "4"}});
    const auto dead = world.collect();
    QVERIFY_RESULT(dead);
    QCOMPARE(placesOf(*dead), (QStringList{u"stream 3"_s, u"stream 4"_s}));
    QCOMPARE(dead->letters[0].topic, TopicName("order.paid"));
    // Nobody says where it came from.
    QVERIFY(dead->letters[1].topic.isEmpty());
}

void TestDeadCollector::deadStreamsOfStreamsThatAreGoneAreFound()
{
    World world;
    world.streams->add(BrokerTopic("order.lost:dlq"), {{"data", "{}"}, {"event_id", "9"}});
    const auto dead = world.collect();
    QVERIFY_RESULT(dead);
    QCOMPARE(placesOf(*dead), QStringList{u"stream 9"_s});
    QCOMPARE(dead->letters[0].topic, TopicName("order.lost"));
}

void TestDeadCollector::filtersNarrowWhatIsFound_data()
{
    QTest::addColumn<DeadRequest>("request");
    QTest::addColumn<QStringList>("found");
    const auto row = [](const char* name, const DeadRequest& request, const QStringList& found) {
        QTest::newRow(name) << request << found;
    };
    DeadRequest topic;
    topic.topic = paid;
    row("a stream", topic, {u"stream 1"_s, u"stream 2"_s, u"stream 3"_s});
    DeadRequest name;
    name.topicName = TopicName("order.refunded");
    row("a topic", name, {u"stream 4"_s});
    DeadRequest group;
    group.group = billing;
    row("a group, and letters that name none",
        group,
        {u"stream 1"_s, u"stream 3"_s, u"stream 4"_s});
    DeadRequest error;
    error.error = u"ACCOUNT"_s;
    row("a word of the error, in any case", error, {u"stream 1"_s, u"stream 2"_s});
    DeadRequest kind;
    kind.error = u"account <n>"_s;
    row("the kind of error", kind, {u"stream 1"_s, u"stream 2"_s});
    DeadRequest since;
    since.since = 1h;
    row("what died in the last hour", since, {u"stream 2"_s});
}

void TestDeadCollector::filtersNarrowWhatIsFound()
{
    World world;
    const TimePoint now = world.streams->now();
    const auto add = [&](const BrokerTopic& place,
                         const QByteArray& id,
                         const QByteArray& of,
                         const QByteArray& error,
                         TimePoint at) {
        QList<Field> fields{{"data", "{}"}, {"event_id", id}, {"failed_at", isoOf(at)}};
        if (!of.isEmpty())
            fields.append({"group", of});
        if (!error.isEmpty())
            fields.append({"error", error});
        world.streams->add(place, fields);
    };
    add(deadPaid, "1", "billing", "no account 5", now - 2h);
    add(deadPaid, "2", "email", "no account 6", now - 5min);
    add(deadPaid, "3", {}, "timeout", now - 48h);
    add(BrokerTopic("order.refunded:dlq"), "4", "billing", "timeout", now - 3h);
    QFETCH(const DeadRequest, request);
    const auto dead = world.collect(request);
    QVERIFY_RESULT(dead);
    QTEST(placesOf(*dead), "found");
}

void TestDeadCollector::timesThatNobodyRecordedAreUnknown()
{
    World world;
    const BrokerTopic list("order.paid:dead");
    world.streams->addToList(list, R"({"data": {}, "event_id": 1, "error": "no"})");
    world.streams->addToList(list, R"({"data": {}, "event_id": 2, "error": "why"})");
    world.streams->addToList(
        list,
        R"({"data": {}, "event_id": 3, "error": "why", "failed_at": ")"
            + isoOf(world.streams->now() - 1min) + "\"}");
    const auto dead = world.collect();
    QVERIFY_RESULT(dead);
    QCOMPARE(dead->groups.size(), 2);
    const DeadGroup& why = dead->groups[0];
    QCOMPARE(why.key.errorKind, u"why"_s);
    QCOMPARE(why.lastHour.quality, Count::Quality::AtLeast);
    QCOMPARE(why.lastHour.value, 1);
    const DeadGroup& no = dead->groups[1];
    QVERIFY(!no.lastWeek.isKnown());
    QVERIFY(!no.lastAt);
    DeadRequest since;
    since.since = 1h;
    const auto recent = world.collect(since);
    QVERIFY_RESULT(recent);
    QCOMPARE(placesOf(*recent), QStringList{u"list 3"_s});
    QCOMPARE(recent->problems.size(), 1);
}

void TestDeadCollector::groupsCountByTheServersClock()
{
    World world;
    const TimePoint now = world.streams->now();
    for (const auto age :
         {std::chrono::minutes(10),
          std::chrono::minutes(120),
          std::chrono::minutes(60 * 24 * 3),
          std::chrono::minutes(60 * 24 * 30)}) {
        world.streams->add(
            deadPaid,
            {{"data", "{}"},
             {"group", "billing"},
             {"error", "no account " + QByteArray::number(qint64(age.count()))},
             {"failed_at", isoOf(now - age)}});
    }
    const auto dead = world.collect();
    QVERIFY_RESULT(dead);
    QCOMPARE(dead->groups.size(), 1);
    const DeadGroup& group = dead->groups[0];
    QCOMPARE(group.key, (DeadGroupKey{TopicName("order.paid"), billing, u"no account <n>"_s}));
    QCOMPARE(group.count, 4);
    QCOMPARE(group.lastHour, Count::exact(1));
    QCOMPARE(group.lastDay, Count::exact(2));
    QCOMPARE(group.lastWeek, Count::exact(3));
    QCOMPARE(group.firstAt, std::optional(now - 24h * 30));
    QCOMPARE(group.lastAt, std::optional(now - 10min));
}

void TestDeadCollector::moreThanTheLimitIsSaid()
{
    World world;
    for (int i = 0; i < 7; ++i)
        world.streams->add(deadPaid, {{"data", "{}"}, {"event_id", QByteArray::number(i)}});
    DeadRequest request;
    request.limit = 5;
    const auto dead = world.collect(request);
    QVERIFY_RESULT(dead);
    QCOMPARE(dead->letters.size(), 5);
    QVERIFY(!dead->isWhole);
    QCOMPARE(dead->problems.size(), 1);
}

void TestDeadCollector::aDeadOutboxLeavesOnlyItsRowsOut()
{
    World world;
    world.streams->add(deadPaid, {{"data", "{}"}, {"event_id", "2"}});
    world.table->setUnreachable(true);
    const auto dead = world.collect();
    QVERIFY_RESULT(dead);
    QCOMPARE(placesOf(*dead), QStringList{u"stream 2"_s});
    QVERIFY(dead->outboxError);
    QCOMPARE(dead->outboxError->kind, Error::Kind::Unreachable);
}

void TestDeadCollector::aDeadBrokerIsAnError()
{
    World world;
    world.streams->before = [](QByteArrayView call) -> Result<void> {
        if (call == "deadPage")
            return Error{Error::Kind::Unreachable, u"gone"_s, {}};
        return {};
    };
    world.streams->add(deadPaid, {{"data", "{}"}, {"event_id", "2"}});
    QVERIFY_ERROR(world.collect(), Error::Kind::Unreachable);
}

void TestDeadCollector::aStopEndsIt()
{
    World world;
    std::stop_source source;
    world.stop = source.get_token();
    source.request_stop();
    world.streams->add(deadPaid, {{"data", "{}"}, {"event_id", "2"}});
    QVERIFY_ERROR(world.collect(), Error::Kind::Cancelled);
}

void TestDeadCollector::aPlanHoldsExactlyTheLettersThatWereChosen()
{
    World world;
    const EntryId id = world.poison("1");
    for (const char* event : {"2", "3", "4"})
        world.streams->add(deadPaid, {{"data", event}, {"event_id", event}});
    const auto dead = world.collect();
    QVERIFY_RESULT(dead);
    PlanRequest request;
    request.from = PlanRequest::From::Dead;
    request.handler = u"republish"_s;
    request.dead = {dead->letters[0], dead->letters[2]};
    // What happens afterwards does not change the selection.
    world.streams->add(deadPaid, {{"data", "5"}, {"event_id", "5"}});
    world.streams->remove(deadPaid, *EntryId::parse(dead->letters[2].id.id));
    Planner planner(world.profile, nullptr, *world.broker, nullptr, systemClock());
    const auto plan = planner.make(request, {}, {});
    QVERIFY_RESULT(plan);
    QCOMPARE(plan->items.size(), 2);
    QCOMPARE(plan->items[0].event.id, EventId("1"));
    QCOMPARE(plan->items[0].event.origin, std::optional(EventOrigin{paid, billing, id}));
    QCOMPARE(plan->items[1].event.id, EventId("3"));
    QCOMPARE(plan->items[1].event.payload, std::optional<QByteArray>("3"));
    QVERIFY(!plan->items[1].event.origin);
}

void TestDeadCollector::tenThousandAreGroupedAndPlannedAtOnce()
{
    World world;
    LedgerSettings ledgerSettings;
    ledgerSettings.table = u"billing_processedevent"_s;
    world.profile.ledgers = {ledgerSettings};
    const QList<QByteArray> topics{"order.paid", "order.refunded", "order.shipped"};
    const QList<QByteArray> groups{"billing", "email"};
    const QList<QByteArray> errors{
        "order %1 has no customer",
        "connect to 10.0.0.%2:5432 refused",
        "Key 'sku-%1' is missing",
        "timeout after %1 ms",
        "amount must not be negative"};
    constexpr int count = 10'000;
    for (int i = 0; i < count; ++i) {
        const QByteArray number = QByteArray::number(i);
        world.streams->add(
            BrokerTopic(topics[i % 3] + ":dlq"),
            {{"data", "{\"order_id\": " + number + "}"},
             {"event_id", number},
             {"group", groups[(i / 3) % 2]},
             {"error",
              QByteArray(errors[(i / 6) % 5])
                  .replace("%1", number)
                  .replace("%2", QByteArray::number(i % 250))}});
    }
    QElapsedTimer timer;
    timer.start();
    const auto dead = world.collect();
    QVERIFY_RESULT(dead);
    const qint64 collected = timer.restart();
    QCOMPARE(dead->letters.size(), count);
    QCOMPARE(dead->groups.size(), 3 * 2 * 5);
    qint64 sum = 0;
    for (const DeadGroup& group : dead->groups)
        sum += group.count;
    QCOMPARE(sum, count);

    PlanRequest request;
    request.from = PlanRequest::From::Dead;
    request.handler = u"republish"_s;
    request.group = billing;
    request.dead = dead->letters;
    auto marks = std::make_shared<FakeLedgerTable>();
    marks->insert(EventId("17"));
    FakeLedger ledger(marks);
    Planner planner(world.profile, nullptr, *world.broker, &ledger, systemClock());
    const auto plan = planner.make(request, {}, {});
    QVERIFY_RESULT(plan);
    qInfo(
        "10 000 dead letters: collected and grouped in %lld ms, planned in %lld ms",
        static_cast<long long>(collected),
        static_cast<long long>(timer.elapsed()));
    QCOMPARE(plan->items.size(), count);
    QCOMPARE(plan->count(Verdict::Processed), 1);
    QCOMPARE(plan->count(Verdict::Run), count - 1);
    QCOMPARE(plan->items.last().event.id, dead->letters.last().eventId);
}

QTEST_GUILESS_MAIN(TestDeadCollector)
#include "tst_deadcollector.moc"
