// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/broker.h"
#include "brokers/brokerkinds.h"
#include "brokers/deadlettercontrol.h"
#include "support/printers.h"
#include "support/scratchredis.h"
#include "support/service.h"

#include <QTest>

#include <algorithm>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// Users of a real Redis with no more permissions than README.md lists, and with fewer.
class TestRedisAcl : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void theListedPermissionsSufficeForMonitoring();
    void theListedPermissionsSufficeForActions();
    void aRevokedPermissionIsNamed_data();
    void aRevokedPermissionIsNamed();
    void aRevokedUserIsNamed();

private:
    Result<std::unique_ptr<Broker>> open(const QString& user, Access access) const;
    void setUser(const QByteArray& name, const QByteArrayList& rules) const;
    /// How often a command or key was refused since the log was cleared.
    QByteArrayList refusals() const;

    std::unique_ptr<ScratchRedis> m_server;
};

namespace {

const QByteArrayList monitoring{
    "+ping",
    "+time",
    "+info",
    "+scan",
    "+type",
    "+exists",
    "+xinfo",
    "+xpending",
    "+xrange",
    "+xrevrange",
    "+xlen",
    "+llen",
    "+zcard",
    "+lrange",
    "+zrange",
    "+memory|usage",
    "+command|info"};

const QByteArrayList acting{
    "+xadd", "+xclaim", "+xack", "+xdel", "+lrem", "+zrem", "+rpush", "+zadd", "+lpos", "+wait"};

const BrokerTopic orders("orders");
const GroupName billing("billing");

OutgoingMessage outgoing(const QByteArray& id)
{
    OutgoingMessage message;
    message.eventId = EventId(id);
    message.topic = TopicName("orders");
    message.payload = "{}";
    return message;
}

Result<EntryId> append(Broker& broker, const OutgoingMessage& message)
{
    return broker.publish(std::span(&message, 1), {}).front();
}

} // namespace

void TestRedisAcl::initTestCase()
{
    auto started = ScratchRedis::start({.tcp = true});
    REQUIRE_SERVICE(started);
    m_server = std::move(*started);
}

void TestRedisAcl::init()
{
    m_server->wipe();
    QVERIFY_RESULT(m_server->addEntries("orders", 10));
    QVERIFY_RESULT(m_server->consume("orders", "billing", "dead", 5));
    m_server->value({"XADD", "orders:dlq", "*", "data", "{}", "error", "late"});
    m_server->value({"RPUSH", "orders:dead", "{}"});
    m_server->value({"ZADD", "orders_dlq", "1", "{}"});
    setUser("monitor", monitoring);
    setUser("operator", monitoring + acting);
    m_server->value({"ACL", "LOG", "RESET"});
}

void TestRedisAcl::setUser(const QByteArray& name, const QByteArrayList& rules) const
{
    const QByteArrayList keys{"~orders*", "~dlq:orders"};
    QCOMPARE(
        m_server->value(
            RedisClient::Command{"ACL", "SETUSER", name, "reset", "on", ">s3cr3t-word"} + keys
            + rules),
        "OK"_ba);
}

Result<std::unique_ptr<Broker>> TestRedisAcl::open(const QString& user, Access access) const
{
    BrokerSettings settings;
    settings.url = u"redis://%1:s3cr3t-word@127.0.0.1:%2/0"_s.arg(user).arg(m_server->port());
    settings.stream = u"{topic}"_s;
    return openBroker(settings, Thresholds(), access, std::nullopt, {});
}

QByteArrayList TestRedisAcl::refusals() const
{
    QByteArrayList refused;
    const QList<QByteArray> log = m_server->values({"ACL", "LOG"});
    for (qsizetype i = 0; i + 1 < log.size(); ++i) {
        if (log[i] == "object" && log[i + 1] != "client|setname")
            refused << log[i + 1];
    }
    return refused;
}

void TestRedisAcl::theListedPermissionsSufficeForMonitoring()
{
    const auto broker = open(u"monitor"_s, Access::Monitor);
    QVERIFY_RESULT(broker);
    QVERIFY_RESULT((*broker)->ping());
    const auto state = (*broker)->state({TopicName("orders")});
    QVERIFY_RESULT(state);
    QCOMPARE(state->topicsNote, QString());
    const auto topic =
        std::find_if(state->topics.begin(), state->topics.end(), [](const BrokerTopicState& one) {
            return one.name == orders;
        });
    QVERIFY(topic != state->topics.end());
    QCOMPARE(topic->length, Count::exact(10));
    QVERIFY(topic->memoryBytes);
    QCOMPARE(topic->dead, Count::exact(3));
    QCOMPARE(topic->groups.first().pending, Count::exact(5));
    QCOMPARE(topic->groups.first().consumers.size(), 1);
    const auto messages = (*broker)->read({.topic = orders, .newestFirst = true});
    QVERIFY_RESULT(messages);
    QCOMPARE(messages->size(), 10);
    const std::vector ids{messages->first().id};
    QVERIFY_RESULT((*broker)->fetch(orders, ids));
    QVERIFY_RESULT((*broker)->pending()->page({.topic = orders, .group = billing}));
    const std::vector topics{orders};
    const auto places = (*broker)->dead()->find(topics);
    QVERIFY_RESULT(places);
    QCOMPARE(places->size(), 3);
    for (const DeadPlace& place : *places)
        QVERIFY_RESULT((*broker)->dead()->page(place, std::nullopt, 10));
    QCOMPARE(refusals(), QByteArrayList());
}

void TestRedisAcl::theListedPermissionsSufficeForActions()
{
    const auto broker = open(u"operator"_s, Access::Operate);
    QVERIFY_RESULT(broker);
    const OutgoingMessage message = outgoing("e-1");
    QVERIFY_RESULT(append(**broker, message));
    // WAIT is allowed: that no replica is there is the server's word.
    const auto unsafe =
        (*broker)->publish(std::span(&message, 1), {Durability::Kind::Replicas, 1}).front();
    QVERIFY_ERROR(unsafe, Error::Kind::Refused);
    QVERIFY(unsafe.error().what.contains(u"Only 0 of 1"));
    const auto page = (*broker)->pending()->page({.topic = orders, .group = billing});
    QVERIFY_RESULT(page);
    std::vector<EntryId> ids;
    for (const PendingEntry& entry : page->entries)
        ids.push_back(entry.id);
    for (const ClaimEffect effect : {ClaimEffect::TakeForReplay, ClaimEffect::Release})
        QVERIFY_RESULT((*broker)->pending()->claim(
            {orders, billing, ids, effect, ConsumerName("me"), 0ms}, {}));
    QVERIFY_RESULT((*broker)->pending()->acknowledge(orders, billing, ids, {}));
    const auto back = (*broker)->dead()->putBackPending(orders, billing, page->entries, {});
    QVERIFY(std::ranges::all_of(
        back, [](const DeadMove& move) { return move.kind == DeadMove::Kind::Done; }));
    const std::vector topics{orders};
    const auto places = (*broker)->dead()->find(topics);
    QVERIFY_RESULT(places);
    for (const DeadPlace& place : *places) {
        const auto dead = (*broker)->dead()->page(place, std::nullopt, 10);
        QVERIFY_RESULT(dead);
        const std::vector elements{
            DeadElement{dead->records.first().id, dead->records.first().original, true}};
        QCOMPARE((*broker)->dead()->remove(place, elements, {}).front().kind, DeadMove::Kind::Done);
        QCOMPARE(
            (*broker)->dead()->putBack(place, elements, {}).front().kind, DeadMove::Kind::Done);
    }
    QCOMPARE(refusals(), QByteArrayList());
}

void TestRedisAcl::aRevokedPermissionIsNamed_data()
{
    QTest::addColumn<QByteArray>("rule");
    QTest::addColumn<QString>("named");
    QTest::newRow("appending") << "-xadd"_ba << u"+xadd"_s;
    QTest::newRow("the stream") << "resetkeys"_ba << u"~orders"_s;
}

/// While the connection is open, as an administrator does it.
void TestRedisAcl::aRevokedPermissionIsNamed()
{
    QFETCH(QByteArray, rule);
    QFETCH(QString, named);
    const auto broker = open(u"operator"_s, Access::Operate);
    QVERIFY_RESULT(broker);
    const OutgoingMessage message = outgoing("e-1");
    QVERIFY_RESULT(append(**broker, message));
    QCOMPARE(m_server->value({"ACL", "SETUSER", "operator", rule}), "OK"_ba);
    const auto refused = append(**broker, message);
    QVERIFY_ERROR(refused, Error::Kind::Refused);
    QVERIFY2(refused.error().what.contains(named), describe(refused.error()).constData());
    QCOMPARE(m_server->value({"XLEN", "orders"}), "11"_ba);
    // Monitoring shows the rest, and says what it may not look at.
    QCOMPARE(m_server->value({"ACL", "SETUSER", "monitor", "-xpending"}), "OK"_ba);
    const auto monitor = open(u"monitor"_s, Access::Monitor);
    QVERIFY_RESULT(monitor);
    const auto state = (*monitor)->state({TopicName("orders")});
    QVERIFY_RESULT(state);
    const GroupState& group = state->topics.first().groups.first();
    QCOMPARE(group.pending, Count::exact(5));
    QVERIFY(!group.stuck.isKnown());
    QVERIFY2(group.stuck.reason.contains(u"+xpending"), qPrintable(group.stuck.reason));
}

void TestRedisAcl::aRevokedUserIsNamed()
{
    const auto broker = open(u"operator"_s, Access::Operate);
    QVERIFY_RESULT(broker);
    QCOMPARE(m_server->value({"ACL", "DELUSER", "operator"}), "1"_ba);
    QVERIFY_ERROR((*broker)->ping(), Error::Kind::Unreachable);
    QVERIFY(!(*broker)->isUsable());
    const auto again = open(u"operator"_s, Access::Operate);
    QVERIFY_ERROR(again, Error::Kind::Auth);
    QVERIFY(again.error().what.contains(u"switched off"));
}

QTEST_GUILESS_MAIN(TestRedisAcl)
#include "tst_redisacl.moc"
