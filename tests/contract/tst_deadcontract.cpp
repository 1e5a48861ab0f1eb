// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/deadlettercontrol.h"
#include "contract/brokerworld.h"
#include "support/printers.h"
#include "support/service.h"

#include <QTest>

#include <algorithm>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

using Kind = DeadMove::Kind;

const BrokerTopic paid("order.paid");
const BrokerTopic deadPaid("order.paid:dlq");
const GroupName billing("billing");
const ConsumerName ann("worker-ann");

std::vector<Kind> kindsOf(const std::vector<DeadMove>& moves)
{
    std::vector<Kind> kinds;
    std::ranges::transform(moves, std::back_inserter(kinds), &DeadMove::kind);
    return kinds;
}

std::vector<DeadElement> elementsOf(const QList<DeadRecord>& records)
{
    std::vector<DeadElement> elements;
    for (const DeadRecord& record : records)
        elements.push_back({record.id, record.original, false});
    return elements;
}

} // namespace

/// What every broker with dead-letter places does, and the fake with it.
class TestDeadContract : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase_data();
    void init();

    void placesAreFoundUnderAllNamesAndOfAllKinds();
    void onlyTheProfilesNameIsLookedFor();
    void pagesReachTheEndOfEveryKind_data();
    void pagesReachTheEndOfEveryKind();
    void exactlyTheNamedElementsAreRemoved();
    void onlyOneOfEqualElementsIsRemoved();
    void shownCommandsHoldNoPayload();
    void whatWasRemovedIsPutBackAsItWas();
    void whatMayBeThereIsNotPutTwice();
    void anAcknowledgedEntryBecomesPendingAgain();
    void anEntryThatTheStreamLostCannotBecomePending();
    void aReadingConnectionFindsButMovesNothing();
    void aRoundCountsWhatIsDead();
    void aStopIsObeyedBeforeTheFirstChunk();

private:
    QList<DeadRecord> all(const DeadPlace& place, qint64 limit = 500);
    DeadPlace placeNamed(const BrokerTopic& name);

    std::unique_ptr<BrokerWorld> m_world;
    std::unique_ptr<Broker> m_broker;
    DeadLetterControl* m_dead = nullptr;
};

void TestDeadContract::initTestCase_data()
{
    QTest::addColumn<QString>("kind");
    QTest::newRow("fake") << u"fake"_s;
    QTest::newRow("Redis") << u"one server"_s;
    QTest::newRow("a Redis Cluster") << u"cluster"_s;
}

void TestDeadContract::init()
{
    QFETCH_GLOBAL(const QString, kind);
    m_broker.reset();
    m_world.reset();
    if (kind != u"fake") {
        auto world = makeRedisWorld(kind == u"cluster");
        REQUIRE_SERVICE(world);
        m_world = std::move(*world);
    } else {
        m_world = makeFakeWorld();
    }
    auto opened = m_world->open();
    QVERIFY_RESULT(opened);
    m_broker = std::move(*opened);
    m_dead = m_broker->dead();
    QVERIFY(m_dead);
}

QList<DeadRecord> TestDeadContract::all(const DeadPlace& place, qint64 limit)
{
    QList<DeadRecord> records;
    std::optional<QByteArray> from;
    do {
        const auto page = m_dead->page(place, from, limit);
        if (!page)
            qFatal("%s", describe(page.error()).constData());
        records += page->records;
        from = page->next;
    } while (from);
    return records;
}

DeadPlace TestDeadContract::placeNamed(const BrokerTopic& name)
{
    const auto found = m_dead->find(std::span(&paid, 1));
    if (!found)
        qFatal("%s", describe(found.error()).constData());
    const auto place = std::ranges::find(*found, name, &DeadPlace::name);
    return place == found->end() ? DeadPlace() : *place;
}

void TestDeadContract::placesAreFoundUnderAllNamesAndOfAllKinds()
{
    m_world->add(deadPaid, {{"data", "{}"}, {"event_id", "1"}});
    m_world->add(deadPaid, {{"data", "{}"}, {"event_id", "2"}});
    m_world->addToList(BrokerTopic("order.paid:dead-letters"), R"({"data": {}, "event_id": 3})");
    m_world->addToSortedSet(BrokerTopic("dlq:order.paid"), R"({"data": {}, "event_id": 4})", 7);
    m_world->add(BrokerTopic("order.sent:dlq"), {{"data", "{}"}});
    const auto found = m_dead->find(std::span(&paid, 1));
    QVERIFY_RESULT(found);
    QCOMPARE(found->size(), 3);
    QCOMPARE(placeNamed(deadPaid).kind, DeadWhere::Stream);
    QCOMPARE(placeNamed(deadPaid).length, Count::exact(2));
    QCOMPARE(placeNamed(deadPaid).origin, paid);
    QCOMPARE(placeNamed(BrokerTopic("order.paid:dead-letters")).kind, DeadWhere::List);
    QCOMPARE(placeNamed(BrokerTopic("dlq:order.paid")).kind, DeadWhere::SortedSet);
    QCOMPARE(m_dead->originOf(deadPaid), std::optional(paid));
    QCOMPARE(m_dead->placeFor(paid), deadPaid);
}

void TestDeadContract::onlyTheProfilesNameIsLookedFor()
{
    BrokerSettings rules;
    rules.dead = u"graveyard/{stream}"_s;
    auto named = m_world->open(Access::Operate, rules);
    QVERIFY_RESULT(named);
    m_world->add(deadPaid, {{"data", "{}"}});
    m_world->add(BrokerTopic("graveyard/order.paid"), {{"data", "{}"}});
    const auto found = (*named)->dead()->find(std::span(&paid, 1));
    QVERIFY_RESULT(found);
    QCOMPARE(found->size(), 1);
    QCOMPARE(found->first().name, BrokerTopic("graveyard/order.paid"));
}

void TestDeadContract::pagesReachTheEndOfEveryKind_data()
{
    QTest::addColumn<DeadWhere>("kind");
    QTest::newRow("stream") << DeadWhere::Stream;
    QTest::newRow("list") << DeadWhere::List;
    QTest::newRow("sorted set") << DeadWhere::SortedSet;
}

void TestDeadContract::pagesReachTheEndOfEveryKind()
{
    QFETCH(const DeadWhere, kind);
    QStringList expected;
    for (int i = 0; i < 25; ++i) {
        const QByteArray id = QByteArray::number(i);
        const QByteArray element = R"({"data": {"n": 1}, "event_id": )" + id + '}';
        if (kind == DeadWhere::Stream)
            m_world->add(deadPaid, {{"data", "{\"n\": 1}"}, {"event_id", id}, {"error", "no"}});
        else if (kind == DeadWhere::List)
            m_world->addToList(deadPaid, element);
        else
            m_world->addToSortedSet(deadPaid, element, 1'700'000'000 + i);
        expected << QString::fromUtf8(id);
    }
    const DeadPlace place = placeNamed(deadPaid);
    QCOMPARE(place.kind, kind);
    QCOMPARE(place.length, Count::exact(25));
    QStringList found;
    for (const DeadRecord& record : all(place, 10)) {
        found << record.message.eventId.text();
        QCOMPARE(record.message.payload, QByteArray("{\"n\": 1}"));
        QCOMPARE(record.message.topic, paid);
    }
    QCOMPARE(found, expected);
}

void TestDeadContract::exactlyTheNamedElementsAreRemoved()
{
    for (int i = 0; i < 5; ++i)
        m_world->add(deadPaid, {{"data", QByteArray::number(i)}});
    const DeadPlace place = placeNamed(deadPaid);
    const auto elements = elementsOf(all(place));
    const std::vector<DeadElement> named{elements[1], elements[3], elements[1]};
    const auto moves = m_dead->remove(place, named, {});
    QCOMPARE(kindsOf(moves), (std::vector{Kind::Done, Kind::Done, Kind::NotThere}));
    const QList<DeadRecord> left = all(place);
    QCOMPARE(left.size(), 3);
    QCOMPARE(left[1].message.payload, QByteArray("2"));
}

void TestDeadContract::onlyOneOfEqualElementsIsRemoved()
{
    for (const char* element : {"same", "same", "other"})
        m_world->addToList(deadPaid, element);
    const DeadPlace place = placeNamed(deadPaid);
    const auto elements = elementsOf(all(place));
    const auto moves = m_dead->remove(place, std::span(elements).first(1), {});
    QCOMPARE(kindsOf(moves), std::vector{Kind::Done});
    QCOMPARE(m_world->list(deadPaid), (QList<QByteArray>{"same", "other"}));
}

/// They go into the journal.
void TestDeadContract::shownCommandsHoldNoPayload()
{
    const QByteArray payload = R"({"email": "Zq7-distinct"})";
    const BrokerTopic list("order.paid:dead-letters");
    const BrokerTopic set("dlq:order.paid");
    m_world->add(deadPaid, {{"data", payload}, {"email", "Zq7-distinct"}});
    m_world->addToList(list, payload);
    m_world->addToSortedSet(set, payload, 7);
    for (const BrokerTopic& name : {deadPaid, list, set}) {
        const DeadPlace place = placeNamed(name);
        const auto elements = elementsOf(all(place));
        QCOMPARE(elements.size(), size_t(1));
        const QString commands =
            (m_dead->removeCommands(place, elements) + m_dead->putBackCommands(place, elements))
                .join(u'\n');
        QVERIFY2(commands.contains(name.text()), qPrintable(commands));
        QVERIFY2(!commands.contains(u"Zq7"), qPrintable(commands));
    }
}

void TestDeadContract::whatWasRemovedIsPutBackAsItWas()
{
    const QList<Field> fields{{"data", "\xff {}"}, {"event_id", "1"}, {"error", "no"}};
    m_world->add(deadPaid, fields);
    const BrokerTopic list("order.paid:dead");
    m_world->addToList(list, "one");
    m_world->addToList(list, "two");
    const BrokerTopic set("dlq:order.paid");
    m_world->addToSortedSet(set, "three", 1'700'000'000);
    for (const BrokerTopic& name : {deadPaid, list, set}) {
        const DeadPlace place = placeNamed(name);
        const auto elements = elementsOf(all(place));
        QCOMPARE(
            kindsOf(m_dead->remove(place, elements, {})), std::vector(elements.size(), Kind::Done));
        const auto back = m_dead->putBack(place, elements, {});
        QCOMPARE(kindsOf(back), std::vector(elements.size(), Kind::Done));
        if (place.kind == DeadWhere::Stream)
            QCOMPARE(back[0].became.toLatin1(), all(place)[0].id);
    }
    QCOMPARE(all(placeNamed(deadPaid))[0].original.fields, fields);
    QCOMPARE(m_world->list(list), (QList<QByteArray>{"one", "two"}));
    QCOMPARE(m_world->scoreOf(set, "three"), 1'700'000'000);
}

void TestDeadContract::whatMayBeThereIsNotPutTwice()
{
    m_world->add(deadPaid, {{"data", "{}"}, {"event_id", "1"}});
    const BrokerTopic list("order.paid:dead");
    m_world->addToList(list, "one");
    const BrokerTopic set("dlq:order.paid");
    m_world->addToSortedSet(set, "three", 1'700'000'000);
    for (const BrokerTopic& name : {deadPaid, list, set}) {
        const DeadPlace place = placeNamed(name);
        auto elements = elementsOf(all(place));
        elements[0].mayBeThere = true;
        // It was never removed.
        QCOMPARE(kindsOf(m_dead->putBack(place, elements, {})), std::vector{Kind::AlreadyThere});
        QCOMPARE(kindsOf(m_dead->remove(place, elements, {})), std::vector{Kind::Done});
        // It was put back, but the answer got lost.
        QCOMPARE(kindsOf(m_dead->putBack(place, elements, {})), std::vector{Kind::Done});
        QCOMPARE(kindsOf(m_dead->putBack(place, elements, {})), std::vector{Kind::AlreadyThere});
        QCOMPARE(all(place).size(), 1);
    }
}

void TestDeadContract::anAcknowledgedEntryBecomesPendingAgain()
{
    m_world->makeGroup(paid, billing);
    m_world->add(paid, {{"data", "{}"}});
    m_world->add(paid, {{"data", "{}"}});
    const auto ids = m_world->deliver(paid, billing, ann, 2);
    QVERIFY(m_world->acknowledge(paid, billing, ids[0]));
    const std::vector<PendingEntry> entries{{ids[0], ann, 0ms, 6}, {ids[1], ann, 0ms, 6}};
    const auto moves = m_dead->putBackPending(paid, billing, entries, {});
    // The second one belongs to whoever holds it.
    QCOMPARE(kindsOf(moves), (std::vector{Kind::Done, Kind::AlreadyThere}));
    PendingQuery query;
    query.topic = paid;
    query.group = billing;
    const auto page = m_broker->pending()->page(query);
    QVERIFY_RESULT(page);
    QCOMPARE(page->entries.size(), size_t(2));
    QCOMPARE(page->entries[0].id, ids[0]);
    QCOMPARE(page->entries[0].consumer, ann);
    QCOMPARE(page->entries[0].deliveries, 6);
    QCOMPARE(page->entries[1].deliveries, 1);
}

void TestDeadContract::anEntryThatTheStreamLostCannotBecomePending()
{
    m_world->makeGroup(paid, billing);
    m_world->add(paid, {{"data", "{}"}});
    const auto ids = m_world->deliver(paid, billing, ann, 1);
    QVERIFY(m_world->acknowledge(paid, billing, ids[0]));
    m_world->remove(paid, ids[0]);
    const std::vector<PendingEntry> entries{{ids[0], ann, 0ms, 6}};
    QCOMPARE(
        kindsOf(m_dead->putBackPending(paid, billing, entries, {})), std::vector{Kind::NotThere});
}

void TestDeadContract::aReadingConnectionFindsButMovesNothing()
{
    m_world->add(deadPaid, {{"data", "{}"}});
    auto reading = m_world->open(Access::Monitor, BrokerSettings());
    QVERIFY_RESULT(reading);
    DeadLetterControl* dead = (*reading)->dead();
    const auto found = dead->find(std::span(&paid, 1));
    QVERIFY_RESULT(found);
    QCOMPARE(found->size(), 1);
    const auto page = dead->page(found->first(), {}, 10);
    QVERIFY_RESULT(page);
    const auto elements = elementsOf(page->records);
    QCOMPARE(kindsOf(dead->remove(found->first(), elements, {})), std::vector{Kind::Refused});
    QCOMPARE(kindsOf(dead->putBack(found->first(), elements, {})), std::vector{Kind::Refused});
    QCOMPARE(all(placeNamed(deadPaid)).size(), 1);
}

void TestDeadContract::aRoundCountsWhatIsDead()
{
    m_world->add(paid, {{"data", "{}"}});
    m_world->add(deadPaid, {{"data", "{}"}});
    m_world->addToList(BrokerTopic("dlq:order.paid"), "one");
    m_world->addToList(BrokerTopic("dlq:order.paid"), "two");
    const auto state = m_broker->state({TopicName("order.paid")});
    QVERIFY_RESULT(state);
    const auto topic = std::ranges::find(state->topics, paid, &BrokerTopicState::name);
    QVERIFY(topic != state->topics.end());
    QCOMPARE(topic->dead, Count::exact(3));
}

void TestDeadContract::aStopIsObeyedBeforeTheFirstChunk()
{
    m_world->add(deadPaid, {{"data", "{}"}});
    const DeadPlace place = placeNamed(deadPaid);
    const auto elements = elementsOf(all(place));
    std::stop_source source;
    source.request_stop();
    const auto moves = m_dead->remove(place, elements, source.get_token());
    QCOMPARE(kindsOf(moves), std::vector{Kind::NotTried});
    QVERIFY(moves[0].error);
    QCOMPARE(all(place).size(), 1);
}

QTEST_GUILESS_MAIN(TestDeadContract)
#include "tst_deadcontract.moc"
