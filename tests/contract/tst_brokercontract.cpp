// SPDX-License-Identifier: GPL-3.0-or-later
#include "contract/brokerworld.h"
#include "support/printers.h"
#include "support/service.h"

#include <QSet>
#include <QTest>

#include <algorithm>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// What every broker does, and the fake with it.
class TestBrokerContract : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase_data();
    void init();

    void readsWhatItPublished();
    void answersEachMessageOfALargeBatch();
    void readsARange();
    void readingAMissingTopicIsMissing();
    void fetchLeavesOutWhatIsGone();
    void bytesSurvive();
    void stateCountsEverything();
    void stateListsOnlyTopicsThatExist();
    void lagIsUnknownAfterADeletionAhead();
    void whatIsGoneIsToldUpToItsId();
    void aMonitorConnectionRefusesToWrite();
    void aBrokenConnectionIsUnreachable();
    void namesTheCommands();

private:
    std::unique_ptr<BrokerWorld> m_world;
    std::unique_ptr<Broker> m_broker;
};

namespace {

const BrokerTopic orders("order.paid");
const GroupName billing("billing");
const ConsumerName ann("worker-ann");
const ConsumerName bob("worker-bob");

QList<Field> fields(const QByteArray& eventId)
{
    return {{"data"_ba, "{\"n\": \"" + eventId + "\"}"}, {"event_id"_ba, eventId}};
}

OutgoingMessage outgoing(const QByteArray& eventId)
{
    OutgoingMessage message;
    message.eventId = EventId(eventId);
    message.topic = TopicName("order.paid");
    message.payload = "{\"n\": \"" + eventId + "\"}";
    return message;
}

QByteArrayList eventIds(const QList<Message>& messages)
{
    QByteArrayList ids;
    for (const Message& message : messages)
        ids << message.eventId.bytes();
    return ids;
}

} // namespace

void TestBrokerContract::initTestCase_data()
{
    QTest::addColumn<QString>("kind");
    QTest::newRow("fake") << u"fake"_s;
    QTest::newRow("Redis") << u"one server"_s;
    QTest::newRow("a Redis Cluster") << u"cluster"_s;
}

void TestBrokerContract::init()
{
    QFETCH_GLOBAL(QString, kind);
    m_broker.reset();
    if (kind != u"fake") {
        auto made = makeRedisWorld(kind == u"cluster");
        REQUIRE_SERVICE(made);
        m_world = std::move(*made);
    } else {
        m_world = makeFakeWorld();
    }
    auto opened = m_world->open();
    QVERIFY_RESULT(opened);
    m_broker = std::move(*opened);
}

void TestBrokerContract::readsWhatItPublished()
{
    const std::vector messages{outgoing("e-1"), outgoing("e-2"), outgoing("e-3")};
    const auto results = m_broker->publish(messages, {});
    QCOMPARE(results.size(), messages.size());
    for (const auto& result : results)
        QVERIFY_RESULT(result);
    const auto read = m_broker->read({.topic = orders});
    QVERIFY_RESULT(read);
    QCOMPARE(eventIds(*read), (QByteArrayList{"e-1", "e-2", "e-3"}));
    for (qsizetype index = 0; index < read->size(); ++index) {
        const Message& message = read->at(index);
        QCOMPARE(message.id, *results[size_t(index)]);
        QCOMPARE(message.topic, orders);
        QVERIFY(message.hasPayload);
        QCOMPARE(message.payload, messages[size_t(index)].payload);
    }
}

void TestBrokerContract::answersEachMessageOfALargeBatch()
{
    std::vector<OutgoingMessage> messages;
    for (int number = 0; number < 1'200; ++number)
        messages.push_back(outgoing(QByteArray::number(number)));
    const auto results = m_broker->publish(messages, {});
    QCOMPARE(results.size(), messages.size());
    std::vector<EntryId> ids;
    for (const auto& result : results) {
        QVERIFY_RESULT(result);
        ids.push_back(*result);
    }
    QVERIFY(std::adjacent_find(ids.begin(), ids.end(), std::greater_equal<>()) == ids.end());
    const auto fetched = m_broker->fetch(orders, ids);
    QVERIFY_RESULT(fetched);
    QCOMPARE(fetched->size(), qsizetype(1'200));
    QCOMPARE(fetched->last().eventId.bytes(), "1199"_ba);
}

void TestBrokerContract::readsARange()
{
    std::vector<EntryId> ids;
    for (const char* id : {"a", "b", "c", "d"})
        ids.push_back(m_world->add(orders, fields(id)));
    const auto read = [this](const MessageRange& range) {
        const auto messages = m_broker->read(range);
        return messages ? eventIds(*messages).join() : describe(messages.error());
    };
    QCOMPARE(read({.topic = orders, .limit = 2}), "ab"_ba);
    QCOMPARE(read({.topic = orders, .newestFirst = true, .limit = 3}), "dcb"_ba);
    QCOMPARE(read({.topic = orders, .from = ids[1], .to = ids[2]}), "bc"_ba);
    QCOMPARE(read({.topic = orders, .from = ids[1].next()}), "cd"_ba);
    QCOMPARE(read({.topic = orders, .from = ids[3].next()}), ""_ba);
}

void TestBrokerContract::readingAMissingTopicIsMissing()
{
    QVERIFY_ERROR(m_broker->read({.topic = orders}), Error::Kind::Missing);
    QVERIFY(m_broker->isUsable());
}

void TestBrokerContract::fetchLeavesOutWhatIsGone()
{
    std::vector<EntryId> ids;
    for (int number = 0; number < 250; ++number)
        ids.push_back(m_world->add(orders, fields(QByteArray::number(number))));
    m_world->remove(orders, ids[7]);
    const auto fetched = m_broker->fetch(orders, ids);
    QVERIFY_RESULT(fetched);
    QCOMPARE(fetched->size(), qsizetype(249));
    QVERIFY(!eventIds(*fetched).contains("7"));
    const auto none = m_broker->fetch(BrokerTopic("nowhere"), ids);
    QVERIFY_RESULT(none);
    QVERIFY(none->isEmpty());
}

void TestBrokerContract::bytesSurvive()
{
    const QByteArray payload("\0\r\n$5\r\n\xff\xfe*1", 11);
    OutgoingMessage message = outgoing("\xff\0id"_ba);
    message.topic = TopicName(QByteArray("t\xff\r\n", 4));
    message.payload = payload;
    const auto results = m_broker->publish(std::span(&message, 1), {});
    QVERIFY_RESULT(results.front());
    const auto read = m_broker->read({.topic = m_broker->destination(message.topic)});
    QVERIFY_RESULT(read);
    QCOMPARE(read->front().payload, payload);
    QCOMPARE(read->front().eventId, message.eventId);
}

void TestBrokerContract::stateCountsEverything()
{
    std::vector<EntryId> ids;
    for (int number = 0; number < 5; ++number)
        ids.push_back(m_world->add(orders, fields(QByteArray::number(number))));
    m_world->makeGroup(orders, billing);
    m_world->deliver(orders, billing, ann, 2);
    m_world->deliver(orders, billing, bob, 1);
    m_world->age(orders, billing, {ids[0], ann, 90s, 7});
    const auto state = m_broker->state({TopicName(orders.bytes())});
    QVERIFY_RESULT(state);
    QVERIFY(!state->server.isEmpty());
    QVERIFY(state->at > TimePoint());
    QCOMPARE(state->topics.size(), qsizetype(1));
    const BrokerTopicState& topic = state->topics.front();
    QCOMPARE(topic.problem, QString());
    QCOMPARE(topic.length, Count::exact(5));
    QCOMPARE(topic.firstId.value_or(EntryId()), ids.front());
    QCOMPARE(topic.lastId.value_or(EntryId()), ids.back());
    QCOMPARE(topic.groups.size(), qsizetype(1));
    const GroupState& group = topic.groups.front();
    QCOMPARE(group.name, billing);
    QCOMPARE(group.lag, Count::exact(2));
    QCOMPARE(group.pending, Count::exact(3));
    QCOMPARE(group.stuck, Count::exact(1));
    QCOMPARE(group.poison, Count::exact(1));
    QCOMPARE(group.maxDeliveries.value_or(0), 7);
    QVERIFY(group.oldestIdle.value_or(0ms) >= 90s);
    QCOMPARE(group.lastDelivered.value_or(EntryId()), ids[2]);
    QCOMPARE(group.consumers.size(), qsizetype(2));
    QCOMPARE(group.consumers[0].name, ann);
    QCOMPARE(group.consumers[0].pending, Count::exact(2));
    QVERIFY(group.consumers[0].idle.has_value());
}

void TestBrokerContract::stateListsOnlyTopicsThatExist()
{
    BrokerSettings rules;
    rules.stream = u"events:{topic}"_s;
    const auto broker = m_world->open(Access::Monitor, rules);
    QVERIFY_RESULT(broker);
    m_world->add(BrokerTopic("events:b"), fields("1"));
    m_world->add(BrokerTopic("events:a"), fields("1"));
    m_world->add(BrokerTopic("other"), fields("1"));
    const auto state = (*broker)->state({TopicName("a"), TopicName("nowhere")});
    QVERIFY_RESULT(state);
    QByteArrayList names;
    for (const BrokerTopicState& topic : state->topics)
        names << topic.name.bytes();
    QCOMPARE(names, (QByteArrayList{"events:a", "events:b"}));
}

void TestBrokerContract::lagIsUnknownAfterADeletionAhead()
{
    std::vector<EntryId> ids;
    for (int number = 0; number < 5; ++number)
        ids.push_back(m_world->add(orders, fields(QByteArray::number(number))));
    m_world->makeGroup(orders, billing);
    m_world->deliver(orders, billing, ann, 1);
    m_world->remove(orders, ids[3]);
    const auto state = m_broker->state({TopicName(orders.bytes())});
    QVERIFY_RESULT(state);
    const Count lag = state->topics.front().groups.front().lag;
    QCOMPARE(lag.quality, Count::Quality::Unknown);
    QVERIFY(!lag.reason.isEmpty());
}

void TestBrokerContract::whatIsGoneIsToldUpToItsId()
{
    std::vector<EntryId> ids;
    for (int number = 0; number < 5; ++number)
        ids.push_back(m_world->add(orders, fields(QByteArray::number(number))));
    const auto goneUpTo = [&]() -> std::optional<EntryId> {
        const auto state = m_broker->state({TopicName(orders.bytes())});
        return state && !state->topics.isEmpty() ? state->topics.front().goneUpTo
                                                 : EntryId::highest();
    };
    QVERIFY(!goneUpTo());
    m_world->remove(orders, ids[2]);
    QCOMPARE(goneUpTo(), ids[2]);
    m_world->remove(orders, ids[1]);
    QCOMPARE(goneUpTo(), ids[2]);
}

void TestBrokerContract::aMonitorConnectionRefusesToWrite()
{
    const EntryId id = m_world->add(orders, fields("1"));
    m_world->makeGroup(orders, billing);
    m_world->deliver(orders, billing, ann, 1);
    const auto monitor = m_world->open(Access::Monitor, {});
    QVERIFY_RESULT(monitor);
    const OutgoingMessage message = outgoing("e-1");
    const auto published = (*monitor)->publish(std::span(&message, 1), {});
    QVERIFY_ERROR(published.front(), Error::Kind::Refused);
    PendingControl* pending = (*monitor)->pending();
    QVERIFY(pending);
    QVERIFY_ERROR(
        pending->claim({.topic = orders, .group = billing, .ids = {id}, .consumer = bob}, {}),
        Error::Kind::Refused);
    QVERIFY_ERROR(
        pending->acknowledge(orders, billing, std::span(&id, 1), {}), Error::Kind::Refused);
    QVERIFY((*monitor)->isUsable());
    const auto page = pending->page({.topic = orders, .group = billing});
    QVERIFY_RESULT(page);
    QCOMPARE(page->entries.size(), size_t(1));
    QCOMPARE(page->entries.front().consumer, ann);
    QCOMPARE((*monitor)->read({.topic = orders})->size(), qsizetype(1));
}

void TestBrokerContract::aBrokenConnectionIsUnreachable()
{
    const EntryId id = m_world->add(orders, fields("1"));
    m_world->makeGroup(orders, billing);
    m_world->deliver(orders, billing, ann, 1);
    QVERIFY_RESULT(m_broker->ping());
    m_world->dropConnections();
    const std::vector messages{outgoing("e-1"), outgoing("e-2")};
    const auto results = m_broker->publish(messages, {});
    QCOMPARE(results.size(), size_t(2));
    for (const auto& result : results)
        QVERIFY_ERROR(result, Error::Kind::Unreachable);
    QVERIFY(!m_broker->isUsable());
    QVERIFY_ERROR(m_broker->ping(), Error::Kind::Unreachable);
    QVERIFY_ERROR(m_broker->state({}), Error::Kind::Unreachable);
    QVERIFY_ERROR(m_broker->read({.topic = orders}), Error::Kind::Unreachable);
    const auto claimed = m_broker->pending()->claim(
        {.topic = orders, .group = billing, .ids = {id}, .consumer = bob}, {});
    QVERIFY_RESULT(claimed);
    QVERIFY(claimed->error && claimed->error->kind == Error::Kind::Unreachable);
    QCOMPARE(claimed->notTried, std::vector{id});
    QVERIFY_RESULT(m_world->open());
}

void TestBrokerContract::namesTheCommands()
{
    const auto commands = m_broker->publishCommands(outgoing("e-1"), {});
    QVERIFY(commands.join(u'\n').contains(u"order.paid"));
    const std::vector ids{EntryId{1, 1}, EntryId{1, 2}};
    PendingControl* pending = m_broker->pending();
    const auto claim =
        pending->claimCommands({.topic = orders, .group = billing, .ids = ids, .consumer = bob});
    QVERIFY(claim.join(u'\n').contains(u"billing"));
    QVERIFY(pending->acknowledgeCommands(orders, billing, ids).join(u'\n').contains(u"billing"));
}

QTEST_GUILESS_MAIN(TestBrokerContract)
#include "tst_brokercontract.moc"
