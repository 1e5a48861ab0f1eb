// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/brokerkinds.h"
#include "outbox/pgoutboxstore.h"
#include "services/relay.h"
#include "support/printers.h"
#include "support/scratchpostgres.h"
#include "support/scratchredis.h"
#include "support/service.h"

#include <QHash>
#include <QTest>

using namespace outboard;
using namespace Qt::StringLiterals;

namespace {

const auto topic = u"order.paid"_s;

} // namespace

class TestRelayService : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void tenThousandRowsAreRelayedOnce();
    void aRowThatCommitsLateWithALowerIdIsRelayedInTheSameRun();
    void rowsThatAnotherSessionHoldsAreLeftAlone();
    void aRelayThatJoinsInNeverSharesARow();
    void theTableIsLockedForOthersUntilTheRunEnds();
    void aServerWithoutAConnectionLeftIsRelayedOneBatchAfterTheOther();
    void aStreamOfAnotherTypeKeepsItsRowsAndOnlyThem();
    void aRedisThatDiesHalfWayLosesNothing();
    void aDatabaseThatCutsTheConnectionLosesNothing();

private:
    /// One relay run over connections of its own.
    RelayReport run(
        const RelayRequest& request = {},
        const ProgressFn& progress = {},
        const QString& user = u"postgres"_s);
    /// How often each event id is in the stream.
    QHash<QByteArray, int> inStream() const;

    qint64 unpublished() const
    {
        return m_postgres
            ->value(u"SELECT count(*) FROM orders_outboxevent WHERE published_at IS NULL"_s)
            .toLongLong();
    }

    std::unique_ptr<ScratchPostgres> m_postgres;
    std::unique_ptr<ScratchRedis> m_redis;
};

void TestRelayService::initTestCase()
{
    auto postgres = ScratchPostgres::start();
    REQUIRE_SERVICE(postgres);
    m_postgres = std::move(*postgres);
    ScratchRedis::Options options;
    options.persistent = true;
    auto redis = ScratchRedis::start(options);
    REQUIRE_SERVICE(redis);
    m_redis = std::move(*redis);
}

void TestRelayService::init()
{
    QVERIFY_RESULT(m_postgres->wipe());
    QVERIFY_RESULT(m_postgres->createSeedSchema());
    m_redis->wipe();
}

RelayReport TestRelayService::run(
    const RelayRequest& request, const ProgressFn& progress, const QString& user)
{
    OutboxSettings outboxSettings;
    outboxSettings.dsn = m_postgres->dsn(user);
    const auto outbox = makePgOutboxStore(outboxSettings, Access::Operate);
    BrokerSettings brokerSettings;
    brokerSettings.url = m_redis->url();
    const auto broker = openBroker(brokerSettings, {}, Access::Operate, {}, {});
    if (!outbox || !broker)
        qFatal("%s", describe(outbox ? broker.error() : outbox.error()).constData());
    return Relay(**outbox, **broker).run(request, progress, {});
}

QHash<QByteArray, int> TestRelayService::inStream() const
{
    QHash<QByteArray, int> counts;
    const auto texts = m_redis->values({"XRANGE", topic.toUtf8(), "-", "+"});
    for (qsizetype i = 0; i + 1 < texts.size(); ++i) {
        if (texts[i] == "event_id")
            ++counts[texts[i + 1]];
    }
    return counts;
}

void TestRelayService::tenThousandRowsAreRelayedOnce()
{
    QVERIFY_RESULT(m_postgres->addEvents(topic, 10'000));
    const RelayReport report = run();
    QVERIFY(!report.error);
    QCOMPARE(report.published, 10'000);
    QCOMPARE(report.duplicatesPossible, 0);
    QCOMPARE(report.remaining, Count::exact(0));
    QCOMPARE(unpublished(), 0);
    const auto counts = inStream();
    QCOMPARE(counts.size(), 10'000);
    QCOMPARE(m_redis->value({"XLEN", topic.toUtf8()}), "10000"_ba);
    QCOMPARE(run().published, 0);
}

void TestRelayService::aRowThatCommitsLateWithALowerIdIsRelayedInTheSameRun()
{
    auto late = m_postgres->session();
    QVERIFY_RESULT(late);
    QVERIFY_RESULT(
        (*late)->exec(u"BEGIN; INSERT INTO orders_outboxevent (topic, payload, created_at)"
                      " VALUES ('order.paid', '{\"late\": true}', now())"_s));
    const QByteArray lateId = (*late)->value(u"SELECT max(id) FROM orders_outboxevent"_s);
    QVERIFY_RESULT(m_postgres->addEvents(topic, 2'000));
    bool isCommitted = false;
    const auto commit = [&](qint64 done, std::optional<qint64>) {
        if (done >= 1'000 && !isCommitted)
            isCommitted = (*late)->exec(u"COMMIT"_s).has_value();
    };
    const RelayReport report = run({}, commit);
    QVERIFY(isCommitted);
    QCOMPARE(report.published, 2'001);
    QCOMPARE(unpublished(), 0);
    QCOMPARE(inStream().value(lateId), 1);
}

void TestRelayService::rowsThatAnotherSessionHoldsAreLeftAlone()
{
    QVERIFY_RESULT(m_postgres->addEvents(topic, 10));
    auto holder = m_postgres->session();
    QVERIFY_RESULT(holder);
    QVERIFY_RESULT((*holder)->exec(
        u"BEGIN; SELECT 1 FROM orders_outboxevent ORDER BY id LIMIT 3 FOR UPDATE"_s));
    const RelayReport report = run();
    QVERIFY(!report.error);
    QCOMPARE(report.published, 7);
    QCOMPARE(report.remaining, Count::exact(3));
    QVERIFY_RESULT((*holder)->exec(u"ROLLBACK"_s));
    QCOMPARE(run().published, 3);
}

void TestRelayService::aRelayThatJoinsInNeverSharesARow()
{
    QVERIFY_RESULT(m_postgres->addEvents(topic, 5'000));
    auto other = m_postgres->session();
    QVERIFY_RESULT(other);
    QList<QList<QByteArray>> held;
    const auto join = [&](qint64 done, std::optional<qint64>) {
        if (done < 1'000 || !held.isEmpty())
            return;
        held = (*other)
                   ->rows(u"BEGIN; SELECT id FROM orders_outboxevent WHERE published_at IS NULL"
                          " ORDER BY id LIMIT 700 FOR UPDATE SKIP LOCKED"_s)
                   .value_or({});
    };
    const RelayReport report = run({}, join);
    QVERIFY(!report.error);
    QCOMPARE(held.size(), 700);
    QCOMPARE(report.published, 4'300);
    QCOMPARE(report.remaining, Count::exact(700));
    const auto sent = inStream();
    for (const auto& row : std::as_const(held))
        QVERIFY(!sent.contains(row.first()));
    QVERIFY_RESULT((*other)->exec(u"ROLLBACK"_s));
    QCOMPARE(run().published, 700);
    QCOMPARE(m_redis->value({"XLEN", topic.toUtf8()}), "5000"_ba);
}

void TestRelayService::theTableIsLockedForOthersUntilTheRunEnds()
{
    QVERIFY_RESULT(m_postgres->addEvents(topic, 2'000));
    std::optional<RelayReport> refused;
    const auto second = [&](qint64, std::optional<qint64>) {
        if (!refused)
            refused = run();
    };
    const RelayReport report = run({}, second);
    QVERIFY(!report.error);
    QCOMPARE(report.published, 2'000);
    QVERIFY(refused && refused->error);
    QCOMPARE(refused->error->kind, Error::Kind::Refused);
    QVERIFY(refused->error->what.contains(u"orders_outboxevent"));
    QCOMPARE(refused->published, 0);
    QCOMPARE(
        m_postgres->value(u"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"_s), "0"_ba);
}

void TestRelayService::aServerWithoutAConnectionLeftIsRelayedOneBatchAfterTheOther()
{
    QVERIFY_RESULT(m_postgres->addEvents(topic, 2'000));
    QVERIFY_RESULT(
        m_postgres->exec(u"DROP ROLE IF EXISTS lonely; CREATE ROLE lonely LOGIN CONNECTION LIMIT 1;"
                         "GRANT SELECT, UPDATE ON orders_outboxevent TO lonely"_s));
    const RelayReport report = run({}, {}, u"lonely"_s);
    QVERIFY(!report.error);
    QCOMPARE(report.published, 2'000);
    QCOMPARE(inStream().size(), 2'000);
    QVERIFY_RESULT(m_postgres->exec(u"DROP OWNED BY lonely; DROP ROLE lonely"_s));
}

void TestRelayService::aStreamOfAnotherTypeKeepsItsRowsAndOnlyThem()
{
    QVERIFY_RESULT(m_postgres->addEvents(topic, 600));
    QVERIFY_RESULT(m_postgres->addEvents(u"stock.low"_s, 600));
    m_redis->value({"SET", "stock.low", "a string"});
    const RelayReport report = run();
    QVERIFY(!report.error);
    QCOMPARE(report.published, 600);
    QCOMPARE(report.failed.size(), 600);
    QCOMPARE(report.remaining, Count::exact(600));
    QCOMPARE(inStream().size(), 600);
    QCOMPARE(
        m_postgres->value(u"SELECT count(*) FROM orders_outboxevent"
                          " WHERE published_at IS NULL AND topic = 'stock.low'"_s),
        "600"_ba);
}

void TestRelayService::aRedisThatDiesHalfWayLosesNothing()
{
    QVERIFY_RESULT(m_postgres->addEvents(topic, 5'000));
    const auto crash = [this](qint64 done, std::optional<qint64>) {
        if (done == 2'000)
            m_redis->crash();
    };
    const RelayReport report = run({}, crash);
    QVERIFY(report.error);
    QCOMPARE(report.error->kind, Error::Kind::Unreachable);
    // One more batch may have been appended when the fourth was told.
    QVERIFY(report.published >= 2'000 && report.published <= 2'500);
    QCOMPARE(report.remaining, Count::exact(5'000 - report.published));
    QCOMPARE(unpublished(), 5'000 - report.published);
    QVERIFY_RESULT(m_redis->restart());
    const RelayReport again = run();
    QVERIFY(!again.error);
    QCOMPARE(unpublished(), 0);
    const auto counts = inStream();
    QCOMPARE(counts.size(), 5'000);
    // Marked rows were answered, and what was answered survived the crash.
    qint64 copies = 0;
    for (const int count : counts)
        copies += count;
    QVERIFY(copies <= 5'000 + report.duplicatesPossible);
}

void TestRelayService::aDatabaseThatCutsTheConnectionLosesNothing()
{
    QVERIFY_RESULT(m_postgres->addEvents(topic, 5'000));
    const auto cut = [this](qint64 done, std::optional<qint64>) {
        if (done == 2'000 && !m_postgres->terminateSessions())
            qFatal("sessions could not be terminated");
    };
    const RelayReport report = run({}, cut);
    QVERIFY(report.error);
    QVERIFY(report.published >= 2'000);
    QVERIFY(report.duplicatesPossible <= 1'000);
    QVERIFY(!report.remaining.isKnown());
    const qint64 left = unpublished();
    QVERIFY(left <= 5'000 - report.published);
    const RelayReport again = run();
    QVERIFY(!again.error);
    QCOMPARE(again.published, left);
    QCOMPARE(unpublished(), 0);
    QCOMPARE(inStream().size(), 5'000);
    const qint64 copies = m_redis->value({"XLEN", topic.toUtf8()}).toLongLong();
    QVERIFY(copies <= 5'000 + report.duplicatesPossible);
}

QTEST_GUILESS_MAIN(TestRelayService)
#include "tst_relay_service.moc"
