// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/printers.h"
#include "support/scratchpostgres.h"
#include "support/scratchredis.h"
#include "support/service.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

using namespace outboard;
using namespace Qt::StringLiterals;

namespace {

const QByteArray stream = "order.paid";
constexpr int kills = 20;
constexpr qint64 eventsPerRound = 500;

/// A program that is told to go on until it is killed; killed at the latest with the test.
class Victim
{
public:
    ~Victim()
    {
        if (!isRunning())
            return;
        m_process.kill();
        m_process.waitForFinished();
    }

    void start(const QString& program, const QStringList& arguments)
    {
        m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        m_process.start(program, arguments);
        QVERIFY(m_process.waitForStarted());
    }

    /// Asks the operating system, not the event loop: the test watches Redis meanwhile.
    bool isRunning()
    {
        m_process.waitForFinished(0);
        return m_process.state() != QProcess::NotRunning;
    }

    bool waitForLine()
    {
        while (isRunning() && !m_process.canReadLine())
            m_process.waitForReadyRead(100);
        return !m_process.readLine().isEmpty();
    }

    void signal(int number) { ::kill(pid_t(m_process.processId()), number); }

    /// By SIGKILL. False when it had ended by itself before.
    bool die()
    {
        if (!isRunning())
            return false;
        signal(SIGKILL);
        m_process.waitForFinished();
        return m_process.exitStatus() == QProcess::CrashExit;
    }

private:
    QProcess m_process;
};

} // namespace

/// Another relay and Outboard's, both at work on one outbox, killed in the middle of it over and
/// over: no event may be lost, stay unpublished or be handled twice.
class TestRelayKill : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void tenThousandEventsSurviveTwentyKilledRelays();

private:
    void writeProfile();

    QString script(const QString& name) const
    {
        return QStringLiteral(OUTBOARD_RELAYKILL) + u'/' + name;
    }

    void addEvents();
    void startOther(Victim& other);
    void startOutboard(Victim& outboard);
    /// One round: new events, both relays at work, one killed after a random number of entries.
    /// How many were really killed, 0 or 1.
    int killInTheMiddle(bool killOutboard);
    void drain();

    qint64 number(const QString& sql) const { return m_postgres->value(sql).toLongLong(); }

    qint64 unpublished() const
    {
        return number(u"SELECT count(*) FROM orders_outboxevent WHERE published_at IS NULL"_s);
    }

    qint64 streamLength() const { return m_redis->value({"XLEN", stream}).toLongLong(); }

    std::unique_ptr<ScratchPostgres> m_postgres;
    std::unique_ptr<ScratchRedis> m_redis;
    QTemporaryDir m_folder;
    QRandomGenerator m_random;
    qint64 m_events = 0;
};

void TestRelayKill::initTestCase()
{
    auto postgres = ScratchPostgres::start();
    REQUIRE_SERVICE(postgres);
    m_postgres = std::move(*postgres);
    auto redis = ScratchRedis::start();
    REQUIRE_SERVICE(redis);
    m_redis = std::move(*redis);
    QProcess modules;
    modules.start(u"/usr/bin/python3"_s, {u"-c"_s, u"import psycopg2, redis"_s});
    const bool hasModules = modules.waitForFinished() && modules.exitCode() == 0;
    if (!hasModules && qEnvironmentVariableIsSet("CI"))
        QFAIL("python3-psycopg2 and python3-redis must be installed");
    if (!hasModules)
        QSKIP("python3-psycopg2 and python3-redis are not installed");
    QVERIFY_RESULT(m_postgres->createSeedSchema());
    QVERIFY_RESULT(m_postgres->exec(
        u"CREATE TABLE billing_counter (order_id text PRIMARY KEY, times int NOT NULL);"
        "CREATE TABLE email_counter (order_id text PRIMARY KEY, times int NOT NULL)"_s));
    writeProfile();
    const auto seed = quint32(qEnvironmentVariableIntValue("OUTBOARD_TEST_SEED"));
    m_random.seed(seed == 0 ? 20'260'301 : seed);
    qInfo("OUTBOARD_TEST_SEED=%u", seed == 0 ? 20'260'301 : seed);
}

void TestRelayKill::writeProfile()
{
    // The other relay's entries carry no event id: it is the order's, inside the payload.
    const QJsonObject profile{
        {u"name"_s, u"shop"_s},
        {u"outbox"_s, QJsonObject{{u"dsn"_s, m_postgres->dsn()}}},
        {u"broker"_s, QJsonObject{{u"url"_s, m_redis->url()}, {u"event_id"_s, u"data.order_id"_s}}},
    };
    QFile file(m_folder.filePath(u"shop.json"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QJsonDocument(profile).toJson());
}

void TestRelayKill::startOther(Victim& other)
{
    other.start(
        u"/usr/bin/python3"_s,
        {script(u"seedrelay.py"_s), m_postgres->dsn(), m_redis->socketPath()});
    // Held still when it is ready, so that it can join in the middle of Outboard's work.
    QVERIFY(other.waitForLine());
    other.signal(SIGSTOP);
}

void TestRelayKill::startOutboard(Victim& outboard)
{
    // Small chunks give many places to die in.
    outboard.start(
        QStringLiteral(OUTBOARD_PROGRAM),
        {u"--profile-file"_s,
         m_folder.filePath(u"shop.json"_s),
         u"relay"_s,
         u"--yes"_s,
         u"--json"_s,
         u"--batch"_s,
         QString::number(m_random.bounded(3, 20))});
}

void TestRelayKill::addEvents()
{
    const QString insert = u"INSERT INTO orders_outboxevent (topic, payload, created_at)"
                           " SELECT 'order.paid', jsonb_build_object('order_id', n), now()"
                           " FROM generate_series(%1, %2) n"_s;
    QVERIFY_RESULT(m_postgres->exec(insert.arg(m_events + 1).arg(m_events + eventsPerRound)));
    m_events += eventsPerRound;
}

int TestRelayKill::killInTheMiddle(bool killOutboard)
{
    Victim outboard;
    Victim other;
    startOther(other);
    addEvents();
    const qint64 before = streamLength();
    const qint64 target = before + m_random.bounded(1, int(eventsPerRound) - 100);
    startOutboard(outboard);
    while (streamLength() == before && outboard.isRunning()) {}
    other.signal(SIGCONT);
    Victim& victim = killOutboard ? outboard : other;
    while (streamLength() < target && victim.isRunning()) {}
    const int killed = victim.die() ? 1 : 0;
    // The survivor works on for a while; the end of the round is its end as well.
    const qint64 later = streamLength() + m_random.bounded(1, 100);
    while (streamLength() < later && unpublished() > 0) {}
    return killed;
}

void TestRelayKill::drain()
{
    QTRY_VERIFY_WITH_TIMEOUT(
        [this] {
            QProcess outboard;
            outboard.start(
                QStringLiteral(OUTBOARD_PROGRAM),
                {u"--profile-file"_s,
                 m_folder.filePath(u"shop.json"_s),
                 u"relay"_s,
                 u"--yes"_s,
                 u"--json"_s});
            outboard.waitForFinished();
            // A backend whose client was killed may hold its lock for a moment longer.
            return outboard.exitStatus() == QProcess::NormalExit && outboard.exitCode() == 0;
        }(),
        30'000);
    QCOMPARE(unpublished(), 0);
}

void TestRelayKill::tenThousandEventsSurviveTwentyKilledRelays()
{
    for (const char* group : {"billing", "email"})
        m_redis->value({"XGROUP", "CREATE", stream, group, "0", "MKSTREAM"});
    Victim billing;
    Victim email;
    const auto consumer = [this](const QString& group) {
        return QStringList{
            script(u"consumer.py"_s),
            m_postgres->dsn(),
            m_redis->socketPath(),
            QString::fromUtf8(stream),
            group};
    };
    billing.start(u"/usr/bin/python3"_s, consumer(u"billing"_s));
    email.start(u"/usr/bin/python3"_s, consumer(u"email"_s));

    int killedOutboards = 0;
    int killedOthers = 0;
    for (int round = 0; killedOutboards + killedOthers < kills; ++round) {
        QVERIFY2(round < 3 * kills, "too many relays ended before they could be killed");
        const bool isOutboard = killedOutboards <= killedOthers;
        (isOutboard ? killedOutboards : killedOthers) += killInTheMiddle(isOutboard);
    }
    QCOMPARE(killedOutboards, kills / 2);
    drain();
    QVERIFY(m_events >= 10'000);
    QVERIFY(streamLength() >= m_events);
    // Outboard names the event in a field of its own; the other relay does not.
    const qint64 byOutboard = m_redis->values({"XRANGE", stream, "-", "+"}).count("event_id");
    qInfo(
        "%lld events, %d killed relays, %lld entries, %lld of them by Outboard",
        m_events,
        killedOutboards + killedOthers,
        streamLength(),
        byOutboard);
    QVERIFY(byOutboard > 0);
    QVERIFY(byOutboard < streamLength());
    for (const QString& group : {u"billing"_s, u"email"_s}) {
        const QString ledger = u"SELECT count(*) FROM %1_processedevent"_s.arg(group);
        QTRY_COMPARE_WITH_TIMEOUT(number(ledger), m_events, 60'000);
        const QByteArray name = group.toUtf8();
        QTRY_COMPARE_WITH_TIMEOUT(m_redis->value({"XPENDING", stream, name}), "0"_ba, 30'000);
        QCOMPARE(number(u"SELECT count(*) FROM %1_counter"_s.arg(group)), m_events);
        QCOMPARE(number(u"SELECT max(times) FROM %1_counter"_s.arg(group)), 1);
    }
}

QTEST_GUILESS_MAIN(TestRelayKill)
#include "tst_relaykill.moc"
