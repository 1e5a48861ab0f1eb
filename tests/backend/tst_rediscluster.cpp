// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/broker.h"
#include "brokers/brokerkinds.h"
#include "brokers/redisopen.h"
#include "brokers/redisslots.h"
#include "support/printers.h"
#include "support/scratchcluster.h"
#include "support/service.h"

#include <QTest>

#include <algorithm>
#include <set>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// Streams spread over the nodes of a real cluster, whose slots move and whose nodes die.
class TestRedisCluster : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void oneNodeTellsOfTheOthers_data();
    void oneNodeTellsOfTheOthers();
    void streamsAreFoundOnAllNodes();
    void aBatchGoesToAllNodesInOrder();
    void aPendingScanGoesOnWhileItsSlotMoves();
    void aClaimFollowsAMovedSlot();
    void anUnfinishedMoveIsAnswered();
    void nodesThatDisagreeDoNotTurnForever();
    void durabilityIsThatOfTheWeakestNode();
    void aDeadNodeHidesOnlyItsOwnStreams();
    void aNodeThatBreaksMidwayLeavesTheOthersAnswersKnown();
    void everyNodeGetsTheSameTlsAndLogin();

private:
    Result<std::unique_ptr<Broker>> open(Access access = Access::Operate) const;
    Result<std::unique_ptr<RedisConnection>> connection() const;
    /// A stream's name whose slot is on this node.
    QByteArray streamOn(size_t node, const QByteArray& prefix = "orders") const;

    std::unique_ptr<ScratchCluster> m_cluster;
    std::unique_ptr<Broker> m_broker;
};

namespace {

const GroupName billing("billing");

OutgoingMessage outgoing(const QByteArray& topic, const QByteArray& id)
{
    OutgoingMessage message;
    message.eventId = EventId(id);
    message.topic = TopicName(topic);
    message.payload = "{}";
    return message;
}

Result<EntryId> append(Broker& broker, const OutgoingMessage& message)
{
    return broker.publish(std::span(&message, 1), {}).front();
}

} // namespace

void TestRedisCluster::initTestCase()
{
    auto started = ScratchCluster::start();
    REQUIRE_SERVICE(started);
    m_cluster = std::move(*started);
}

void TestRedisCluster::init()
{
    for (size_t node = 0; node < m_cluster->size(); ++node) {
        if (m_cluster->node(node).value({"PING"}) != "PONG")
            QVERIFY_RESULT(m_cluster->node(node).restart());
    }
    m_cluster->wipe();
    auto opened = open();
    QVERIFY_RESULT(opened);
    m_broker = std::move(*opened);
}

Result<std::unique_ptr<Broker>> TestRedisCluster::open(Access access) const
{
    BrokerSettings settings;
    settings.url = m_cluster->urlOfAll();
    return openBroker(settings, Thresholds(), access, std::nullopt, {});
}

Result<std::unique_ptr<RedisConnection>> TestRedisCluster::connection() const
{
    const auto endpoint = parseRedisUrl(m_cluster->url());
    if (!endpoint)
        return endpoint.error();
    RedisConnection::Options options;
    options.access = Access::Operate;
    return openRedis(*endpoint, options);
}

QByteArray TestRedisCluster::streamOn(size_t node, const QByteArray& prefix) const
{
    for (int number = 0;; ++number) {
        const QByteArray name = prefix + '.' + QByteArray::number(number);
        if (m_cluster->ownerOf(name) == node)
            return name;
    }
}

void TestRedisCluster::oneNodeTellsOfTheOthers_data()
{
    QTest::addColumn<QString>("url");
    QTest::newRow("any node, by INFO") << m_cluster->url();
    QTest::newRow("its unix socket") << m_cluster->node(1).url();
    QTest::newRow("a cluster whose first address is dead")
        << u"redis+cluster://127.0.0.1:1,127.0.0.1:%1"_s.arg(m_cluster->node(2).port());
}

void TestRedisCluster::oneNodeTellsOfTheOthers()
{
    QFETCH(QString, url);
    BrokerSettings settings;
    settings.url = url;
    const auto broker = openBroker(settings, {}, Access::Operate, std::nullopt, {});
    QVERIFY_RESULT(broker);
    for (size_t node = 0; node < m_cluster->size(); ++node) {
        const OutgoingMessage message = outgoing(streamOn(node), "e-1");
        QVERIFY_RESULT(append(**broker, message));
        QCOMPARE(m_cluster->node(node).value({"XLEN", streamOn(node)}), "1"_ba);
    }
    const auto state = (*broker)->state({});
    QVERIFY_RESULT(state);
    QVERIFY2(state->server.contains(u"3 masters"), qPrintable(state->server));
}

void TestRedisCluster::streamsAreFoundOnAllNodes()
{
    // Enough other keys for a SCAN of several calls on each node.
    std::set<BrokerTopic> expected;
    for (size_t node = 0; node < m_cluster->size(); ++node) {
        QList<RedisClient::Command> commands;
        for (int number = 0; commands.size() < 2'500; ++number) {
            const QByteArray key = "key:" + QByteArray::number(number);
            if (m_cluster->ownerOf(key) == node)
                commands.append({"SET", key, "x"});
        }
        for (const char* prefix : {"a", "b", "c"}) {
            commands.append({"XADD", streamOn(node, prefix), "*", "data", "1"});
            commands.append({"XGROUP", "CREATE", streamOn(node, prefix), "billing", "0"});
            expected.insert(BrokerTopic(streamOn(node, prefix)));
        }
        QVERIFY_RESULT(m_cluster->node(node).pipeline(commands));
    }
    const auto monitor = open(Access::Monitor);
    QVERIFY_RESULT(monitor);
    std::optional<Result<BrokerState>> state;
    for (int round = 0; round < 20; ++round) {
        state = (*monitor)->state({});
        QVERIFY_RESULT(*state);
        if ((*state)->topicsNote.isEmpty())
            break;
    }
    QCOMPARE((*state)->topicsNote, QString());
    std::set<BrokerTopic> found;
    for (const BrokerTopicState& topic : std::as_const((*state)->topics)) {
        found.insert(topic.name);
        QCOMPARE(topic.length, Count::exact(1));
        QCOMPARE(topic.groups.size(), 1);
        QVERIFY(topic.memoryBytes);
    }
    QVERIFY(found == expected);
}

void TestRedisCluster::aBatchGoesToAllNodesInOrder()
{
    std::vector<OutgoingMessage> messages;
    for (int number = 0; number < 1'200; ++number)
        messages.push_back(
            outgoing(streamOn(size_t(number) % m_cluster->size()), QByteArray::number(number)));
    const auto results = m_broker->publish(messages, {});
    QCOMPARE(results.size(), messages.size());
    for (size_t node = 0; node < m_cluster->size(); ++node) {
        const auto page = m_broker->read({.topic = BrokerTopic(streamOn(node)), .limit = 500});
        QVERIFY_RESULT(page);
        QCOMPARE(page->size(), 400);
        for (qsizetype i = 0; i < page->size(); ++i) {
            const size_t number = size_t(i) * m_cluster->size() + node;
            QCOMPARE(page->at(i).eventId.bytes(), QByteArray::number(qint64(number)));
            QVERIFY_RESULT(results[number]);
            QCOMPARE(page->at(i).id, *results[number]);
        }
    }
}

void TestRedisCluster::aPendingScanGoesOnWhileItsSlotMoves()
{
    const QByteArray stream = streamOn(0);
    const quint16 slot = redisSlot(stream);
    QVERIFY_RESULT(m_cluster->node(0).addEntries(stream, 5'000));
    QVERIFY_RESULT(m_cluster->node(0).consume(stream, "billing", "dead", 5'000));
    PendingQuery query{.topic = BrokerTopic(stream), .group = billing, .limit = 500};
    std::vector<EntryId> ids;
    int pages = 0;
    for (bool more = true; more; ++pages) {
        if (pages == 2)
            m_cluster->beginMove(slot, 0, 1);
        if (pages == 4)
            QCOMPARE(m_cluster->migrate(stream, 0, 1), "OK"_ba);
        if (pages == 7)
            m_cluster->endMove(slot, 1);
        const auto page = m_broker->pending()->page(query);
        QVERIFY_RESULT(page);
        for (const PendingEntry& entry : page->entries)
            ids.push_back(entry.id);
        more = page->next.has_value();
        query.from = page->next.value_or(EntryId());
    }
    QVERIFY(pages >= 10);
    QCOMPARE(ids.size(), size_t(5'000));
    QVERIFY(std::is_sorted(ids.begin(), ids.end()));
    QVERIFY(std::adjacent_find(ids.begin(), ids.end()) == ids.end());
    QVERIFY(m_broker->isUsable());
    QCOMPARE(m_cluster->node(1).value({"XLEN", stream}), "5000"_ba);
    m_cluster->beginMove(slot, 1, 0);
    QCOMPARE(m_cluster->migrate(stream, 1, 0), "OK"_ba);
    m_cluster->endMove(slot, 0);
}

void TestRedisCluster::aClaimFollowsAMovedSlot()
{
    const QByteArray stream = streamOn(1);
    const quint16 slot = redisSlot(stream);
    QVERIFY_RESULT(m_cluster->node(1).addEntries(stream, 100));
    QVERIFY_RESULT(m_cluster->node(1).consume(stream, "billing", "dead", 100));
    const auto page = m_broker->pending()->page({.topic = BrokerTopic(stream), .group = billing});
    QVERIFY_RESULT(page);
    m_cluster->beginMove(slot, 1, 2);
    QCOMPARE(m_cluster->migrate(stream, 1, 2), "OK"_ba);
    std::vector<EntryId> ids;
    for (const PendingEntry& entry : page->entries)
        ids.push_back(entry.id);
    const auto claimed = m_broker->pending()->claim(
        {BrokerTopic(stream), billing, ids, ClaimEffect::TakeForReplay, ConsumerName("me"), 0ms},
        {});
    QVERIFY_RESULT(claimed);
    QCOMPARE(claimed->claimed, ids);
    m_cluster->endMove(slot, 2);
    const auto done = m_broker->pending()->acknowledge(BrokerTopic(stream), billing, ids, {});
    QVERIFY_RESULT(done);
    QCOMPARE(done->acknowledged, ids);
    m_cluster->beginMove(slot, 2, 1);
    QCOMPARE(m_cluster->migrate(stream, 2, 1), "OK"_ba);
    m_cluster->endMove(slot, 1);
}

/// The slot is half moved: keys that are not there yet are made on the new node.
void TestRedisCluster::anUnfinishedMoveIsAnswered()
{
    const QByteArray stream = streamOn(2, "new");
    const quint16 slot = redisSlot(stream);
    m_cluster->beginMove(slot, 2, 0);
    std::vector<OutgoingMessage> messages;
    for (int number = 0; number < 20; ++number)
        messages.push_back(outgoing(stream, QByteArray::number(number)));
    for (const auto& result : m_broker->publish(messages, {}))
        QVERIFY_RESULT(result);
    m_cluster->endMove(slot, 0);
    QCOMPARE(m_cluster->node(0).value({"XLEN", stream}), "20"_ba);
    const auto read = m_broker->read({.topic = BrokerTopic(stream)});
    QVERIFY_RESULT(read);
    QCOMPARE(read->size(), 20);
    m_cluster->beginMove(slot, 0, 2);
    QCOMPARE(m_cluster->migrate(stream, 0, 2), "OK"_ba);
    m_cluster->endMove(slot, 2);
}

void TestRedisCluster::nodesThatDisagreeDoNotTurnForever()
{
    const QByteArray stream = streamOn(0, "torn");
    const QByteArray slot = QByteArray::number(redisSlot(stream));
    const QByteArray second = m_cluster->node(1).value({"CLUSTER", "MYID"});
    // The first gives it away, and the second knows nothing of that.
    QCOMPARE(m_cluster->node(0).value({"CLUSTER", "SETSLOT", slot, "NODE", second}), "OK"_ba);
    const OutgoingMessage message = outgoing(stream, "e-1");
    const auto result = append(*m_broker, message);
    m_cluster->endMove(redisSlot(stream), 0);
    QVERIFY_ERROR(result, Error::Kind::Refused);
    QVERIFY2(
        result.error().what.contains(u"has settled") || result.error().what.contains(u"CLUSTER"),
        describe(result.error()).constData());
    QVERIFY(m_broker->isUsable());
    QTRY_VERIFY(append(*m_broker, message).has_value());
}

void TestRedisCluster::durabilityIsThatOfTheWeakestNode()
{
    const std::vector messages{outgoing(streamOn(0), "1"), outgoing(streamOn(1), "2")};
    for (const auto& result : m_broker->publish(messages, {Durability::Kind::Replicas, 1})) {
        QVERIFY_ERROR(result, Error::Kind::Refused);
        QVERIFY(result.error().what.contains(u"Only 0 of 1"));
    }
    QCOMPARE(m_cluster->node(0).value({"EXISTS", streamOn(0)}), "0"_ba);
    const auto redis = connection();
    QVERIFY_RESULT(redis);
    const auto waited = (*redis)->run({"WAIT", "0", "100"});
    QVERIFY_RESULT(waited);
    QCOMPARE(waited->integer, 0);
}

void TestRedisCluster::aDeadNodeHidesOnlyItsOwnStreams()
{
    const QList<TopicName> topics{
        TopicName(streamOn(0)), TopicName(streamOn(1)), TopicName(streamOn(2))};
    for (size_t node = 0; node < m_cluster->size(); ++node)
        QVERIFY_RESULT(m_cluster->node(node).addEntries(streamOn(node), 3));
    m_cluster->node(2).crash();
    const auto broker = open();
    QVERIFY_RESULT(broker);
    const auto state = (*broker)->state(topics);
    QVERIFY_RESULT(state);
    const QString place = u"127.0.0.1:%1"_s.arg(m_cluster->node(2).port());
    for (const BrokerTopicState& topic : std::as_const(state->topics)) {
        const bool isDead = topic.name.bytes() == streamOn(2);
        QCOMPARE(topic.length.isKnown(), !isDead);
        QCOMPARE(topic.problem.contains(place), isDead);
    }
    QCOMPARE(state->topics.size(), 3);
    QVERIFY2(state->topicsNote.contains(place), qPrintable(state->topicsNote));
    const std::vector messages{outgoing(streamOn(2), "lost"), outgoing(streamOn(0), "kept")};
    const auto results = (*broker)->publish(messages, {});
    QVERIFY_RESULT(results[1]);
    QVERIFY_ERROR(results[0], Error::Kind::Refused);
    QVERIFY((*broker)->isUsable());
    QVERIFY_RESULT(m_cluster->node(2).restart());
    // It is not tried again at once, but found when it is there.
    QTRY_VERIFY_WITH_TIMEOUT(
        (*broker)->read({.topic = BrokerTopic(streamOn(2))}).has_value(), 20'000);
    QVERIFY_RESULT(append(**broker, messages.front()));
    QCOMPARE(m_cluster->node(2).value({"XLEN", streamOn(2)}), "4"_ba);
    QTRY_VERIFY_WITH_TIMEOUT((*broker)->state({})->topicsNote.isEmpty(), 20'000);
}

void TestRedisCluster::aNodeThatBreaksMidwayLeavesTheOthersAnswersKnown()
{
    const std::vector messages{
        outgoing(streamOn(0), "1"), outgoing(streamOn(1), "2"), outgoing(streamOn(2), "3")};
    for (const auto& result : m_broker->publish(messages, {}))
        QVERIFY_RESULT(result);
    m_cluster->node(1).value({"CLIENT", "KILL", "TYPE", "normal"});
    const auto results = m_broker->publish(messages, {});
    QVERIFY_RESULT(results[0]);
    QVERIFY_ERROR(results[1], Error::Kind::Unreachable);
    QVERIFY_RESULT(results[2]);
    QVERIFY(!m_broker->isUsable());
    QVERIFY_RESULT(open());
}

void TestRedisCluster::everyNodeGetsTheSameTlsAndLogin()
{
    const auto cluster = ScratchCluster::start(
        {.nodes = 3,
         .tls = true,
         .settings = {u"user ann on >s3cr3t-word-right ~* +ping +info +xadd +cluster|slots"_s}});
    QVERIFY_RESULT(cluster);
    const ScratchCertificates& files = (*cluster)->certificates();
    BrokerSettings settings;
    settings.url =
        u"rediss://ann:s3cr3t-word-right@localhost:%1"_s.arg((*cluster)->node(0).tlsPort());
    settings.tls = {files.authority, files.clientCertificate, files.clientKey, {}};
    const auto broker = openBroker(settings, {}, Access::Operate, std::nullopt, {});
    QVERIFY_RESULT(broker);
    for (size_t node = 0; node < 3; ++node) {
        const OutgoingMessage message = outgoing(streamOn(node), "e-1");
        QVERIFY_RESULT(append(**broker, message));
        const QByteArray clients = (*cluster)->node(node).value({"CLIENT", "LIST"});
        QVERIFY(clients.contains("user=ann"));
        const QByteArray port = QByteArray::number((*cluster)->node(node).tlsPort());
        QVERIFY(clients.contains(QByteArray("laddr=127.0.0.1:" + port)));
    }
    // A right that one node took back is named for the streams of that node.
    (*cluster)->node(1).value({"ACL", "SETUSER", "ann", "-xadd"});
    const std::vector messages{outgoing(streamOn(0), "1"), outgoing(streamOn(1), "2")};
    const auto results = (*broker)->publish(messages, {});
    QVERIFY_RESULT(results[0]);
    QVERIFY_ERROR(results[1], Error::Kind::Refused);
    QVERIFY(results[1].error().what.contains(u"+xadd"));
    settings.tls.ca = files.foreignAuthority;
    const auto untrusted = openBroker(settings, {}, Access::Operate, std::nullopt, {});
    QVERIFY_ERROR(untrusted, Error::Kind::Tls);
    QVERIFY(untrusted.error().what.contains(u"tls.ca"));
}

QTEST_GUILESS_MAIN(TestRedisCluster)
#include "tst_rediscluster.moc"
