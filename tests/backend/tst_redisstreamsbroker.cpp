// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/brokerkinds.h"
#include "brokers/redissession.h"
#include "brokers/redisstreamsbroker.h"
#include "support/faketransport.h"
#include "support/printers.h"
#include "support/scratchredis.h"
#include "support/service.h"

#include <signal.h>

#include <QTest>

#include <set>
#include <thread>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// What is special to Redis; the contract tests have the rest.
class TestRedisStreamsBroker : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();

    void aKeyOfAnotherTypeIsAProblemOfThatTopic();
    void lagIsWhatTheIdsProve_data();
    void lagIsWhatTheIdsProve();
    void discoveryNeedsSeveralRoundsForManyKeys();
    void aUserWithFewPermissionsSeesWhatItMay();
    void memoryIsTold();
    void aMonitorSendsNothingThatWrites();

    void replicasThatAreNotThereAreNoticedBefore();
    void replicasThatStopAnsweringAreAShortfall();
    void aFileThatIsNotWrittenIsNoticedBefore();
    void theAppendOnlyFileIsWaitedFor_data();
    void theAppendOnlyFileIsWaitedFor();
    void aKilledServerLeavesAnswersKnown();
    void refusedMessagesDoNotStopTheOthers();

private:
    std::unique_ptr<Broker> open(const QString& url, Access access = Access::Operate) const;

    std::unique_ptr<ScratchRedis> m_server;
    std::unique_ptr<Broker> m_broker;
};

namespace {

const BrokerTopic orders("orders");

OutgoingMessage outgoing(const QByteArray& topic, int number)
{
    OutgoingMessage message;
    message.eventId = EventId(QByteArray::number(number));
    message.topic = TopicName(topic);
    message.payload = "{\"n\": " + QByteArray::number(number) + '}';
    return message;
}

std::vector<OutgoingMessage> outgoing(int count)
{
    std::vector<OutgoingMessage> messages;
    for (int number = 0; number < count; ++number)
        messages.push_back(outgoing("orders", number));
    return messages;
}

BrokerTopicState topicIn(const Result<BrokerState>& state, const BrokerTopic& name)
{
    for (const BrokerTopicState& topic : state ? state->topics : QList<BrokerTopicState>()) {
        if (topic.name == name)
            return topic;
    }
    return {};
}

} // namespace

void TestRedisStreamsBroker::initTestCase()
{
    auto started = ScratchRedis::start(
        {.tcp = true,
         .settings = {
             u"repl-diskless-sync-delay 0"_s,
             u"user watcher on >s3cr3t-word ~* +time +xinfo -@dangerous"_s,
             u"user writer on >s3cr3t-word ~orders +xadd +ping"_s}});
    REQUIRE_SERVICE(started);
    m_server = std::move(*started);
}

void TestRedisStreamsBroker::init()
{
    m_server->wipe();
    m_broker = open(m_server->url());
    QVERIFY(m_broker);
}

std::unique_ptr<Broker> TestRedisStreamsBroker::open(const QString& url, Access access) const
{
    BrokerSettings settings;
    settings.url = url;
    auto opened = openBroker(settings, Thresholds(), access, std::nullopt, {});
    if (opened)
        return std::move(*opened);
    qWarning("%s", describe(opened.error()).constData());
    return {};
}

void TestRedisStreamsBroker::aKeyOfAnotherTypeIsAProblemOfThatTopic()
{
    m_server->value({"SET", "orders", "a string"});
    m_server->value({"LPUSH", "celery", "not ours"});
    QVERIFY_RESULT(m_server->addEntries("refunds", 2));
    const auto state = m_broker->state({TopicName("orders")});
    QVERIFY_RESULT(state);
    QCOMPARE(state->topics.size(), qsizetype(2));
    const BrokerTopicState broken = topicIn(state, orders);
    QVERIFY2(broken.problem.contains(u"something else than a stream"), qPrintable(broken.problem));
    QVERIFY(!broken.length.isKnown());
    QCOMPARE(topicIn(state, BrokerTopic("refunds")).length, Count::exact(2));
    QVERIFY_ERROR(m_broker->read({.topic = orders}), Error::Kind::Refused);
    const EntryId id{1, 1};
    QVERIFY_ERROR(m_broker->fetch(orders, std::span(&id, 1)), Error::Kind::Refused);
    const OutgoingMessage message = outgoing("orders", 1);
    const auto published = m_broker->publish(std::span(&message, 1), {});
    QVERIFY_ERROR(published.front(), Error::Kind::Refused);
    QVERIFY(m_broker->isUsable());
}

void TestRedisStreamsBroker::lagIsWhatTheIdsProve_data()
{
    QTest::addColumn<QList<QByteArrayList>>("commands");
    QTest::addColumn<QString>("lag");
    using Commands = QList<QByteArrayList>;
    const QByteArrayList readOne{
        "XREADGROUP", "GROUP", "g", "c", "COUNT", "1", "STREAMS", "orders", ">"};
    QTest::newRow("nothing read") << Commands{} << u"5"_s;
    QTest::newRow("one read") << Commands{readOne} << u"4"_s;
    QTest::newRow("trimmed past the group's position")
        << Commands{readOne, {"XTRIM", "orders", "MAXLEN", "2"}} << u"2"_s;
    QTest::newRow("emptied by deletion of what was not read")
        << Commands{readOne, {"XTRIM", "orders", "MAXLEN", "0"}} << u"0"_s;
    QTest::newRow("moved to the end")
        << Commands{{"XGROUP", "SETID", "orders", "g", "$"}} << u"0"_s;
    QTest::newRow("moved to the beginning")
        << Commands{readOne, {"XGROUP", "SETID", "orders", "g", "0"}} << u"5"_s;
}

void TestRedisStreamsBroker::lagIsWhatTheIdsProve()
{
    QFETCH(QList<QByteArrayList>, commands);
    QFETCH(QString, lag);
    QVERIFY_RESULT(m_server->addEntries("orders", 5));
    m_server->value({"XGROUP", "CREATE", "orders", "g", "0"});
    for (const QByteArrayList& command : commands)
        QVERIFY(!m_server->value(command).startsWith("error"));
    const auto state = m_broker->state({});
    QVERIFY_RESULT(state);
    const Count told = topicIn(state, orders).groups.value(0).lag;
    QCOMPARE(told.isKnown() ? QString::number(told.value) : told.reason, lag);
}

void TestRedisStreamsBroker::discoveryNeedsSeveralRoundsForManyKeys()
{
    QList<RedisClient::Command> commands;
    for (int number = 0; number < 20'000; ++number)
        commands.append({"SET", "noise:" + QByteArray::number(number), "x"});
    for (int number = 0; number < 30; ++number)
        commands.append({"XADD", "s" + QByteArray::number(number), "*", "data", "{}"});
    QVERIFY_RESULT(m_server->pipeline(commands));
    const auto first = m_broker->state({TopicName("s7")});
    QVERIFY_RESULT(first);
    QCOMPARE(topicIn(first, BrokerTopic("s7")).length, Count::exact(1));
    QVERIFY(!first->topicsNote.isEmpty());
    int rounds = 1;
    auto state = first;
    for (; rounds < 20 && !state->topicsNote.isEmpty(); ++rounds) {
        state = m_broker->state({});
        QVERIFY_RESULT(state);
    }
    QCOMPARE(state->topics.size(), qsizetype(30));
    QVERIFY(rounds > 2);
}

void TestRedisStreamsBroker::aUserWithFewPermissionsSeesWhatItMay()
{
    QVERIFY_RESULT(m_server->addEntries("orders", 3));
    QVERIFY_RESULT(m_server->consume("orders", "billing", "ann", 2));
    const auto broker =
        open(u"redis://watcher:s3cr3t-word@127.0.0.1:%1"_s.arg(m_server->port()), Access::Monitor);
    QVERIFY(broker);
    QVERIFY_RESULT(broker->ping());
    const auto state = broker->state({TopicName("orders")});
    QVERIFY_RESULT(state);
    QVERIFY2(state->topicsNote.contains(u"SCAN"), qPrintable(state->topicsNote));
    const BrokerTopicState topic = topicIn(state, orders);
    QCOMPARE(topic.length, Count::exact(3));
    QVERIFY(!topic.memoryBytes);
    const GroupState group = topic.groups.value(0);
    QCOMPARE(group.pending, Count::exact(2));
    QCOMPARE(group.lag, Count::exact(1));
    QCOMPARE(group.stuck.quality, Count::Quality::Unknown);
    QVERIFY2(group.stuck.reason.contains(u"permission"), qPrintable(group.stuck.reason));
    QVERIFY(!group.oldestIdle && !group.maxDeliveries);
    QCOMPARE(group.consumers.size(), qsizetype(1));
}

void TestRedisStreamsBroker::memoryIsTold()
{
    QVERIFY_RESULT(m_server->addEntries("orders", 100));
    const auto state = m_broker->state({});
    QVERIFY_RESULT(state);
    QVERIFY(topicIn(state, orders).memoryBytes.value_or(0) > 1'000);
    QVERIFY(state->server.startsWith(u"Redis ") || state->server.startsWith(u"Valkey "));
}

void TestRedisStreamsBroker::aMonitorSendsNothingThatWrites()
{
    QVERIFY_RESULT(m_server->addEntries("orders", 3));
    QVERIFY_RESULT(m_server->consume("orders", "billing", "ann", 2));
    const auto monitor = open(m_server->url(), Access::Monitor);
    QVERIFY(monitor);
    m_server->value({"CONFIG", "RESETSTAT"});
    const std::vector<OutgoingMessage> messages = outgoing(2);
    const EntryId id{1, 1};
    QVERIFY(!monitor->publish(messages, {Durability::Kind::Replicas, 1}).front());
    QVERIFY(!monitor->pending()->acknowledge(orders, GroupName("billing"), std::span(&id, 1), {}));
    QVERIFY_RESULT(monitor->state({}));
    const QByteArray stats = m_server->value({"INFO", "commandstats"});
    for (const char* name : {"cmdstat_xadd", "cmdstat_xack", "cmdstat_wait"})
        QVERIFY2(!stats.contains(name), name);
    QVERIFY(stats.contains("cmdstat_xinfo"));
}

void TestRedisStreamsBroker::replicasThatAreNotThereAreNoticedBefore()
{
    const auto results = m_broker->publish(outgoing(3), {Durability::Kind::Replicas, 2});
    QCOMPARE(results.size(), size_t(3));
    for (const auto& result : results) {
        QVERIFY_ERROR(result, Error::Kind::Refused);
        QVERIFY2(result.error().what.contains(u"0 of 2"), qPrintable(result.error().what));
    }
    QCOMPARE(m_server->value({"XLEN", "orders"}), "0"_ba);
    QVERIFY(m_broker->isUsable());
}

void TestRedisStreamsBroker::replicasThatStopAnsweringAreAShortfall()
{
    const auto replica =
        ScratchRedis::start({.settings = {u"replicaof 127.0.0.1 %1"_s.arg(m_server->port())}});
    QVERIFY_RESULT(replica);
    QTRY_VERIFY_WITH_TIMEOUT(
        m_server->value({"INFO", "replication"}).contains("state=online"), 30'000);
    const Durability one{Durability::Kind::Replicas, 1};
    for (const auto& result : m_broker->publish(outgoing(3), one))
        QVERIFY_RESULT(result);
    const auto watcher = m_server->client();
    QVERIFY_RESULT(watcher);
    std::thread freezer([&] {
        while ((*watcher)->value({"XLEN", "orders"}) == "3")
            std::this_thread::yield();
        (*replica)->freeze();
    });
    const auto late = m_broker->publish(outgoing(50'000), one);
    freezer.join();
    QCOMPARE(late.size(), size_t(50'000));
    for (const auto& result : late) {
        QVERIFY_ERROR(result, Error::Kind::Timeout);
        QVERIFY2(result.error().what.contains(u"0 of 1"), qPrintable(result.error().what));
    }
    QCOMPARE(m_server->value({"XLEN", "orders"}), "50003"_ba);
    // The next call notices before it appends anything.
    const auto refused = m_broker->publish(outgoing(2), one);
    QVERIFY_ERROR(refused.front(), Error::Kind::Refused);
    QCOMPARE(m_server->value({"XLEN", "orders"}), "50003"_ba);
    (*replica)->thaw();
}

void TestRedisStreamsBroker::aFileThatIsNotWrittenIsNoticedBefore()
{
    // Redis before 7.2 does not know WAITAOF; later ones know that appendonly is off.
    const auto results = m_broker->publish(outgoing(2), {Durability::Kind::Disk, 0});
    for (const auto& result : results)
        QVERIFY_ERROR(result, Error::Kind::Refused);
    QCOMPARE(m_server->value({"XLEN", "orders"}), "0"_ba);
}

void TestRedisStreamsBroker::theAppendOnlyFileIsWaitedFor_data()
{
    QTest::addColumn<QByteArray>("afterwards");
    QTest::addColumn<QString>("outcome");
    QTest::newRow("it was written") << "*2\r\n:1\r\n:0\r\n"_ba << u"published"_s;
    QTest::newRow("it was not") << "*2\r\n:0\r\n:0\r\n"_ba << u"timeout"_s;
    QTest::newRow("it can no longer be said") << "-ERR odd\r\n"_ba << u"timeout"_s;
    QTest::newRow("the connection broke before the answer") << ""_ba << u"unreachable"_s;
}

/// On a scripted server, because Debian 12's Redis has no WAITAOF.
void TestRedisStreamsBroker::theAppendOnlyFileIsWaitedFor()
{
    QFETCH(QByteArray, afterwards);
    QFETCH(QString, outcome);
    const auto script = std::make_shared<FakeTransport::Script>();
    script->answers = {
        "*2\r\n*1\r\n$6\r\nmemory\r\n*1\r\n$7\r\nwaitaof\r\n",
        "*2\r\n:1\r\n:0\r\n",
        "$3\r\n5-0\r\n" + afterwards};
    script->closesAtEnd = true;
    const auto rules = RedisStreamsBroker::Rules::parse({});
    QVERIFY_RESULT(rules);
    RedisSession::Options options;
    options.access = Access::Operate;
    RedisStreamsBroker broker(
        std::make_unique<RedisSession>(std::make_unique<FakeTransport>(script), options),
        *rules,
        {});
    const auto results = broker.publish(outgoing(1), {Durability::Kind::Disk, 0});
    // COMMAND INFO, before the append, and behind it.
    QCOMPARE(script->written.count("WAITAOF"), 3);
    const Result<EntryId>& result = results.front();
    QCOMPARE(result ? u"published"_s : kindName(result.error().kind), outcome);
}

void TestRedisStreamsBroker::aKilledServerLeavesAnswersKnown()
{
    const auto server = ScratchRedis::start({.persistent = true});
    QVERIFY_RESULT(server);
    const auto watcher = (*server)->client();
    QVERIFY_RESULT(watcher);
    const qint64 process = (*server)->processId();
    const auto broker = open((*server)->url());
    QVERIFY(broker);
    std::thread killer([&watcher, process] {
        while ((*watcher)->value({"XLEN", "orders"}).toInt() < 1'700)
            std::this_thread::yield();
        kill(pid_t(process), SIGKILL);
    });
    const auto results = broker->publish(outgoing(50'000), {});
    killer.join();
    QVERIFY(!broker->isUsable());
    std::set<EntryId> answered;
    size_t unknown = 0;
    for (const auto& result : results) {
        if (result)
            answered.insert(*result);
        else if (result.error().kind == Error::Kind::Unreachable)
            ++unknown;
    }
    QCOMPARE(answered.size() + unknown, results.size());
    QVERIFY(answered.size() >= 500 && unknown > 0);
    QVERIFY_RESULT((*server)->restart());
    const QList<QByteArray> kept = (*server)->values({"XRANGE", "orders", "-", "+"});
    const std::set<QByteArray> present(kept.begin(), kept.end());
    for (const EntryId& id : answered)
        QVERIFY(present.contains(id.bytes()));
}

void TestRedisStreamsBroker::refusedMessagesDoNotStopTheOthers()
{
    const auto broker = open(u"redis://writer:s3cr3t-word@127.0.0.1:%1"_s.arg(m_server->port()));
    QVERIFY(broker);
    const std::vector messages{
        outgoing("orders", 1), outgoing("forbidden", 2), outgoing("orders", 3)};
    const auto results = broker->publish(messages, {});
    QVERIFY_RESULT(results[0]);
    QVERIFY_ERROR(results[1], Error::Kind::Refused);
    QVERIFY_RESULT(results[2]);
    QCOMPARE(m_server->value({"XLEN", "orders"}), "2"_ba);
}

QTEST_GUILESS_MAIN(TestRedisStreamsBroker)
#include "tst_redisstreamsbroker.moc"
