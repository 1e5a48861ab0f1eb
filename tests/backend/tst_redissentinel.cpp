// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/broker.h"
#include "brokers/brokerkinds.h"
#include "brokers/redissentinel.h"
#include "outbox/pgoutboxstore.h"
#include "services/relay.h"
#include "support/faketransport.h"
#include "support/printers.h"
#include "support/scratchpostgres.h"
#include "support/scratchsentinel.h"
#include "support/service.h"

#include <QHash>
#include <QTest>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// A master found through Sentinel, and followed over failovers, on real servers.
class TestRedisSentinel : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void theMasterIsFoundThroughTheSentinelThatAnswers();
    void wrongSettingsSayWhatToDo_data();
    void wrongSettingsSayWhatToDo();
    void aSentinelWithAPasswordIsShownTheLogin();
    void everyServerIsVerifiedWithTls();
    void aDemotedMasterIsLeftAtTheNextCall();
    void anOpenConnectionFollowsAFailover();
    void aRelayOverAFailoverMarksOnlyWhatWasConfirmed_data();
    void aRelayOverAFailoverMarksOnlyWhatWasConfirmed();

private:
    Result<std::unique_ptr<Broker>> open(const QString& url) const;
    ScratchRedis& master() const;
    RelayReport relay(const Durability& durability, const ProgressFn& progress = {});
    QHash<QByteArray, int> inStream() const;
    qint64 count(const QString& where) const;

    std::unique_ptr<ScratchPostgres> m_postgres;
    std::unique_ptr<ScratchSentinel> m_servers;
};

namespace {

const auto topic = u"order.paid"_s;

OutgoingMessage outgoing(const QByteArray& id)
{
    OutgoingMessage message;
    message.eventId = EventId(id);
    message.topic = TopicName(topic.toUtf8());
    message.payload = "{}";
    return message;
}

Result<EntryId> append(Broker& broker, const OutgoingMessage& message)
{
    return broker.publish(std::span(&message, 1), {}).front();
}

} // namespace

void TestRedisSentinel::initTestCase()
{
    auto postgres = ScratchPostgres::start();
    REQUIRE_SERVICE(postgres);
    m_postgres = std::move(*postgres);
}

/// Anew for each case, because a failover changes who is who.
void TestRedisSentinel::init()
{
    m_servers.reset();
    auto servers = ScratchSentinel::start();
    REQUIRE_SERVICE(servers);
    m_servers = std::move(*servers);
    QVERIFY_RESULT(m_postgres->wipe());
    QVERIFY_RESULT(m_postgres->createSeedSchema());
}

Result<std::unique_ptr<Broker>> TestRedisSentinel::open(const QString& url) const
{
    BrokerSettings settings;
    settings.url = url;
    return openBroker(settings, {}, Access::Operate, {}, {});
}

ScratchRedis& TestRedisSentinel::master() const
{
    const bool isFirst = m_servers->masterPort() == m_servers->first().port();
    return isFirst ? m_servers->first() : m_servers->second();
}

RelayReport TestRedisSentinel::relay(const Durability& durability, const ProgressFn& progress)
{
    OutboxSettings settings;
    settings.dsn = m_postgres->dsn();
    const auto outbox = makePgOutboxStore(settings, Access::Operate);
    const auto broker = open(m_servers->url());
    if (!outbox || !broker) {
        RelayReport report;
        report.error = outbox ? broker.error() : outbox.error();
        return report;
    }
    RelayRequest request;
    request.durability = durability;
    return Relay(**outbox, **broker).run(request, progress, {});
}

/// How often each event id is in the stream of the master.
QHash<QByteArray, int> TestRedisSentinel::inStream() const
{
    QHash<QByteArray, int> counts;
    const auto texts = master().values({"XRANGE", topic.toUtf8(), "-", "+"});
    for (qsizetype i = 0; i + 1 < texts.size(); ++i) {
        if (texts[i] == "event_id")
            ++counts[texts[i + 1]];
    }
    return counts;
}

qint64 TestRedisSentinel::count(const QString& where) const
{
    return m_postgres->value(u"SELECT count(*) FROM orders_outboxevent WHERE "_s + where)
        .toLongLong();
}

void TestRedisSentinel::theMasterIsFoundThroughTheSentinelThatAnswers()
{
    const auto broker = open(m_servers->url());
    QVERIFY_RESULT(broker);
    const OutgoingMessage message = outgoing("e-1");
    QVERIFY_RESULT(append(**broker, message));
    QCOMPARE(m_servers->first().value({"XLEN", topic.toUtf8()}), "1"_ba);
    const auto state = (*broker)->state({});
    QVERIFY_RESULT(state);
    QVERIFY2(
        state->server.contains(u"\"mymaster\" at 127.0.0.1:%1"_s.arg(m_servers->first().port())),
        qPrintable(state->server));
}

void TestRedisSentinel::wrongSettingsSayWhatToDo_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("help");
    QTest::newRow("no sentinel answers")
        << u"redis+sentinel://127.0.0.1:1,127.0.0.1:2/mymaster/0"_s << int(Error::Kind::Unreachable)
        << u"No Sentinel answers at 127.0.0.1:1, 127.0.0.1:2"_s;
    QTest::newRow("a name that it does not know")
        << u"redis+sentinel://127.0.0.1:1,127.0.0.1:SENTINEL/other/0"_s << int(Error::Kind::Missing)
        << u"no master named \"other\""_s;
    QTest::newRow("a server that is no sentinel")
        << u"redis+sentinel://127.0.0.1:FIRST/mymaster/0"_s << int(Error::Kind::Refused)
        << u"does not know a command"_s;
    QTest::newRow("a user whom the master does not know")
        << u"redis+sentinel://ann:s3cr3t-word@127.0.0.1:SENTINEL/mymaster/0"_s
        << int(Error::Kind::Auth) << u"user and password"_s;
}

void TestRedisSentinel::wrongSettingsSayWhatToDo()
{
    QFETCH(QString, url);
    QFETCH(int, kind);
    QFETCH(QString, help);
    url.replace(u"SENTINEL"_s, QString::number(m_servers->sentinel().port()));
    url.replace(u"FIRST"_s, QString::number(m_servers->first().port()));
    const auto broker = open(url);
    QVERIFY_ERROR(broker, Error::Kind(kind));
    QVERIFY2(broker.error().what.contains(help), describe(broker.error()).constData());
}

void TestRedisSentinel::aSentinelWithAPasswordIsShownTheLogin()
{
    QCOMPARE(
        m_servers->sentinel().value({"ACL", "SETUSER", "default", "resetpass", ">s3cr3t-word"}),
        "OK");
    QVERIFY_ERROR(open(m_servers->url()), Error::Kind::Auth);
    QCOMPARE(m_servers->first().value({"CONFIG", "SET", "requirepass", "s3cr3t-word"}), "OK");
    const QString url = m_servers->url().replace(u"://"_s, u"://:s3cr3t-word@"_s);
    QVERIFY_RESULT(open(url));
}

/// Without a break of the connection: only the answers tell.
void TestRedisSentinel::everyServerIsVerifiedWithTls()
{
    const auto servers = ScratchSentinel::start({.tls = true});
    REQUIRE_SERVICE(servers);
    BrokerSettings settings;
    settings.url = (*servers)->tlsUrl();
    settings.tls.ca = (*servers)->certificates().authority;
    const auto broker = openBroker(settings, {}, Access::Operate, {}, {});
    QVERIFY_RESULT(broker);
    QVERIFY_RESULT(append(**broker, outgoing("e-1")));
    const QByteArray clients = (*servers)->first().value({"CLIENT", "LIST"});
    const QByteArray port = QByteArray::number((*servers)->first().tlsPort());
    QVERIFY(clients.contains(QByteArray("laddr=127.0.0.1:" + port)));
    settings.tls.ca = (*servers)->certificates().foreignAuthority;
    const auto untrusted = openBroker(settings, {}, Access::Operate, {}, {});
    QVERIFY_ERROR(untrusted, Error::Kind::Tls);
    QVERIFY(untrusted.error().what.contains(u"tls.ca"));
}

void TestRedisSentinel::aDemotedMasterIsLeftAtTheNextCall()
{
    const auto script = std::make_shared<FakeTransport::Script>();
    script->answers = {
        "-READONLY You can't write against a read only replica.\r\n",
        "*5\r\n$5\r\nslave\r\n$9\r\n127.0.0.1\r\n:1\r\n$9\r\nconnected\r\n:0\r\n"};
    RedisSession::Options options;
    options.access = Access::Operate;
    const auto endpoint = parseRedisUrl(m_servers->url());
    QVERIFY_RESULT(endpoint);
    RedisMaster connection(
        *endpoint,
        options,
        std::make_unique<RedisSession>(std::make_unique<FakeTransport>(script), options),
        {u"10.0.0.1"_s, 6379});
    const RedisCommand append{"XADD", topic.toUtf8(), "*", "data", "{}"};
    const auto refused = connection.run(append);
    QVERIFY_ERROR(refused, Error::Kind::Refused);
    QVERIFY2(refused.error().what.contains(u"no master any more"), "the sentence");
    QVERIFY(connection.isUsable());
    QVERIFY_RESULT(connection.run(append));
    QCOMPARE(m_servers->first().value({"XLEN", topic.toUtf8()}), "1"_ba);
    QVERIFY(script->written.endsWith("ROLE\r\n"));
}

void TestRedisSentinel::anOpenConnectionFollowsAFailover()
{
    std::unique_ptr<Broker> broker = std::move(*open(m_servers->url()));
    // Not before the sentinel has heard of the replica that it can promote.
    bool isBegun = false;
    const auto begin = [this, &isBegun] {
        isBegun =
            isBegun || m_servers->sentinel().value({"SENTINEL", "FAILOVER", "mymaster"}) == "OK";
        return isBegun;
    };
    QTRY_VERIFY_WITH_TIMEOUT(begin(), 30'000);
    QTRY_COMPARE_WITH_TIMEOUT(m_servers->masterPort(), m_servers->second().port(), 20'000);
    QTRY_VERIFY_WITH_TIMEOUT(
        m_servers->first().value({"ROLE"}) == "slave"
            && m_servers->second().value({"ROLE"}) == "master",
        20'000);
    // As a lane does: what broke is opened again for the next job.
    const OutgoingMessage message = outgoing("e-1");
    std::optional<Result<EntryId>> last;
    for (int attempt = 0; attempt < 3 && (!last || !last->has_value()); ++attempt) {
        if (!broker->isUsable()) {
            auto opened = open(m_servers->url());
            QVERIFY_RESULT(opened);
            broker = std::move(*opened);
        }
        last = append(*broker, message);
    }
    QVERIFY_RESULT(*last);
    QCOMPARE(m_servers->second().value({"XLEN", topic.toUtf8()}), "1"_ba);
}

void TestRedisSentinel::aRelayOverAFailoverMarksOnlyWhatWasConfirmed_data()
{
    QTest::addColumn<bool>("isFrozen");
    QTest::newRow("the master is killed") << false;
    QTest::newRow("the master stands still, and comes back when another is master") << true;
}

void TestRedisSentinel::aRelayOverAFailoverMarksOnlyWhatWasConfirmed()
{
    QFETCH(bool, isFrozen);
    QVERIFY_RESULT(m_postgres->addEvents(topic, 5'000));
    const auto fail = [&](qint64 done, std::optional<qint64>) {
        if (done != 2'000)
            return;
        if (isFrozen)
            m_servers->first().freeze();
        else
            m_servers->first().crash();
    };
    const RelayReport report = relay({Durability::Kind::Replicas, 1}, fail);
    QVERIFY(report.error);
    // The batch after the one that was told of may have been on its way already.
    const qint64 marked = report.published;
    QVERIFY2(marked == 2'000 || marked == 2'500, QByteArray::number(marked).constData());
    QCOMPARE(count(u"published_at IS NOT NULL"_s), marked);
    QTRY_COMPARE_WITH_TIMEOUT(m_servers->masterPort(), m_servers->second().port(), 20'000);
    QTRY_COMPARE_WITH_TIMEOUT(m_servers->second().value({"ROLE"}), "master"_ba, 20'000);
    if (isFrozen) {
        m_servers->first().thaw();
        QTRY_COMPARE_WITH_TIMEOUT(m_servers->first().value({"ROLE"}), "slave"_ba, 20'000);
    }
    // What was marked is there: one replica had confirmed it.
    const auto kept = inStream();
    for (qint64 id = 1; id <= marked; ++id)
        QVERIFY2(kept.contains(QByteArray::number(id)), QByteArray::number(id).constData());
    const RelayReport again = relay({});
    QVERIFY2(!again.error, again.error ? describe(*again.error).constData() : "");
    QCOMPARE(again.published, 5'000 - marked);
    QCOMPARE(count(u"published_at IS NULL"_s), 0);
    const auto counts = inStream();
    QCOMPARE(counts.size(), 5'000);
    qint64 copies = 0;
    for (const int number : counts)
        copies += number;
    QVERIFY(copies <= 5'000 + report.duplicatesPossible);
}

QTEST_GUILESS_MAIN(TestRedisSentinel)
#include "tst_redissentinel.moc"
