// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/findingworld.h"
#include "support/service.h"

#include <QDir>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// What is wrong with the broker's server itself, and what is not: a shop at work.
class TestFindingsBroker : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void memoryThatIsNearlyFull();
    void aPolicyThatDropsStreams();
    void nothingOnDisk();
    void aDiskThatCannotBeWritten();
    void aReplicaThatIsBehind();
    void aReplicaThatLostItsMaster();
    void aServerThatMayNotBeAsked();

private:
    FindingWorld world() const { return {*m_postgres, *m_redis}; }

    QByteArray redis(const QList<QByteArray>& command) const { return m_redis->value(command); }

    std::unique_ptr<ScratchPostgres> m_postgres;
    std::unique_ptr<ScratchRedis> m_redis;
};

void TestFindingsBroker::initTestCase()
{
    auto postgres = ScratchPostgres::start();
    REQUIRE_SERVICE(postgres);
    m_postgres = std::move(*postgres);
    QVERIFY_RESULT(m_postgres->createSeedSchema(true));
}

void TestFindingsBroker::init()
{
    auto redis = ScratchRedis::start({.tcp = true});
    REQUIRE_SERVICE(redis);
    m_redis = std::move(*redis);
}

void TestFindingsBroker::memoryThatIsNearlyFull()
{
    // Not SET: what its connection buffers would count, too, and be free again.
    redis({"SETRANGE", "ballast", "8000000", "x"});
    const QByteArray info = redis({"INFO", "memory"});
    const qsizetype at = info.indexOf("used_memory:") + 12;
    const qint64 used = info.mid(at, info.indexOf('\r', at) - at).toLongLong();
    QVERIFY(used > 8'000'000);
    redis({"CONFIG", "SET", "maxmemory", QByteArray::number(used * 100 / 95)});
    FindingWorld shop = world();
    VERIFY_FINDINGS(shop, {u"broker_memory"_s});
    QVERIFY2(
        shop.finding(u"broker_memory"_s).title.contains(u"refused"_s), shop.text().constData());
    redis({"CONFIG", "SET", "maxmemory", "100mb"});
    VERIFY_FINDINGS(shop, {});
}

void TestFindingsBroker::aPolicyThatDropsStreams()
{
    redis({"CONFIG", "SET", "maxmemory", "100mb"});
    redis({"CONFIG", "SET", "maxmemory-policy", "allkeys-lru"});
    FindingWorld shop = world();
    VERIFY_FINDINGS(shop, {u"eviction_policy"_s});
    redis(shop.finding(u"eviction_policy"_s).remedy.text.toUtf8().split(' '));
    VERIFY_FINDINGS(shop, {});
}

void TestFindingsBroker::nothingOnDisk()
{
    QVERIFY_RESULT(m_redis->addEntries("order.paid", 3));
    FindingWorld shop = world();
    shop.profile.thresholds.idle = 50ms;
    VERIFY_FINDINGS(shop, {u"no_persistence"_s});
    redis(shop.finding(u"no_persistence"_s).remedy.text.toUtf8().split(' '));
    VERIFY_FINDINGS(shop, {});
}

void TestFindingsBroker::aDiskThatCannotBeWritten()
{
    QVERIFY_RESULT(m_redis->addEntries("order.paid", 3));
    const QByteArray file = m_redis->values({"CONFIG", "GET", "dbfilename"}).value(1);
    const QByteArray folder = m_redis->values({"CONFIG", "GET", "dir"}).value(1);
    QVERIFY(QDir(QString::fromUtf8(folder)).mkdir(QString::fromUtf8(file)));
    redis({"BGSAVE"});
    FindingWorld shop = world();
    VERIFY_FINDINGS(shop, {u"persistence_failing"_s});
    QCOMPARE(shop.finding(u"persistence_failing"_s).severity, Severity::Critical);
    QVERIFY(QDir(QString::fromUtf8(folder)).rmdir(QString::fromUtf8(file)));
    redis({"BGSAVE"});
    VERIFY_FINDINGS(shop, {});
}

void TestFindingsBroker::aReplicaThatIsBehind()
{
    auto replica =
        ScratchRedis::start({.settings = {u"replicaof 127.0.0.1 %1"_s.arg(m_redis->port())}});
    QVERIFY_RESULT(replica);
    FindingWorld shop = world();
    QTRY_VERIFY_WITH_TIMEOUT(
        m_redis->value({"INFO", "replication"}).contains("state=online"), 20'000);
    VERIFY_FINDINGS(shop, {});
    (*replica)->freeze();
    VERIFY_FINDINGS(shop, {u"replica_lag:127.0.0.1:0"_s}, 40s);
    (*replica)->thaw();
    VERIFY_FINDINGS(shop, {});
}

void TestFindingsBroker::aReplicaThatLostItsMaster()
{
    auto replica =
        ScratchRedis::start({.settings = {u"replicaof 127.0.0.1 %1"_s.arg(m_redis->port())}});
    QVERIFY_RESULT(replica);
    FindingWorld shop(*m_postgres, **replica);
    VERIFY_FINDINGS(shop, {});
    m_redis->stop();
    VERIFY_FINDINGS(shop, {u"broker_link"_s});
    QVERIFY_RESULT(m_redis->restart());
    VERIFY_FINDINGS(shop, {});
}

void TestFindingsBroker::aServerThatMayNotBeAsked()
{
    redis({"CONFIG", "SET", "maxmemory", "100mb"});
    redis({"CONFIG", "SET", "maxmemory-policy", "allkeys-lru"});
    redis({"ACL", "SETUSER", "default", "-info"});
    FindingWorld shop = world();
    VERIFY_FINDINGS(shop, {});
    const auto& health = shop.poller().latest()->health.broker;
    QVERIFY(health && !health->memory);
    QVERIFY2(health->unknown.contains(u"permission"_s), qPrintable(health->unknown));
}

QTEST_GUILESS_MAIN(TestFindingsBroker)
#include "tst_findings_broker.moc"
