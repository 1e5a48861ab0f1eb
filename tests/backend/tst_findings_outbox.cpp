// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/findingworld.h"
#include "support/service.h"

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// What goes wrong in the database, brought about on real servers.
class TestFindingsOutbox : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void nothingIsWrong();
    void aRelayThatStopped();
    void aRowThatAnotherSessionLocks();
    void aRowLockSeenByAViewer();
    void aTableThatIsLocked();
    void aRowThatStaysBehind();
    void aRowThatStopsTheRelay();
    void aTransactionThatWasLeftOpen();
    void aMissingIndex();
    void deadRows();
    void anotherOutboardRelays();
    void aLedgerWithoutAConstraint();
    void aDesktopWithAWrongClock();
    void aRelayThatIsTooSlow();

private:
    void exec(const QString& sql) { QVERIFY_RESULT(m_postgres->exec(sql)); }

    void publishAll()
    {
        exec(u"UPDATE orders_outboxevent SET published_at = now() WHERE published_at IS NULL"_s);
    }

    std::unique_ptr<ScratchPostgres> m_postgres;
    std::unique_ptr<ScratchRedis> m_redis;
};

void TestFindingsOutbox::initTestCase()
{
    auto postgres = ScratchPostgres::start();
    REQUIRE_SERVICE(postgres);
    m_postgres = std::move(*postgres);
    auto redis = ScratchRedis::start({.persistent = true});
    REQUIRE_SERVICE(redis);
    m_redis = std::move(*redis);
}

void TestFindingsOutbox::init()
{
    QVERIFY_RESULT(m_postgres->wipe());
    QVERIFY_RESULT(m_postgres->createSeedSchema(true));
    m_redis->wipe();
}

void TestFindingsOutbox::nothingIsWrong()
{
    QVERIFY_RESULT(m_postgres->addEvents(u"order.paid"_s, 3));
    FindingWorld world(*m_postgres, *m_redis);
    VERIFY_FINDINGS(world, {});
    // On a busy machine a question can be late once.
    const auto isKnown = [&] {
        std::ignore = world.look();
        const auto& outbox = world.poller().latest()->health.outbox;
        return outbox && outbox->unknown.isEmpty();
    };
    QTRY_VERIFY_WITH_TIMEOUT(isKnown(), 20'000);
    const ServerHealth& health = world.poller().latest()->health;
    QVERIFY(health.outbox->head && health.outbox->table);
    QCOMPARE(health.outbox->head->topic, TopicName("order.paid"));
    QVERIFY(health.broker && health.broker->unknown.isEmpty());
    QVERIFY(health.broker->memory && health.broker->persistence && health.broker->replication);
    QCOMPARE(health.ledgers.size(), 2);
    QVERIFY(health.ledgers[0] && health.ledgers[0]->keyAdvice.isEmpty());
}

void TestFindingsOutbox::aRelayThatStopped()
{
    QVERIFY_RESULT(m_postgres->addEvents(u"order.paid"_s, 5));
    FindingWorld world(*m_postgres, *m_redis);
    world.profile.thresholds.oldestUnpublished = 1s;
    VERIFY_FINDINGS(world, {u"relay_stalled"_s});
    QCOMPARE(world.finding(u"relay_stalled"_s).remedy.kind, RemedyKind::RelayBatch);
    publishAll();
    VERIFY_FINDINGS(world, {});
}

void TestFindingsOutbox::aRowThatAnotherSessionLocks()
{
    QVERIFY_RESULT(m_postgres->addEvents(u"order.paid"_s, 5));
    auto session = m_postgres->session();
    QVERIFY_RESULT(session);
    QVERIFY_RESULT(
        (*session)->exec(u"BEGIN; SELECT id FROM orders_outboxevent WHERE id = 1 FOR UPDATE"_s));
    FindingWorld world(*m_postgres, *m_redis);
    world.profile.thresholds.oldestUnpublished = 1s;
    VERIFY_FINDINGS(world, {u"head_blocked"_s});
    const Finding blocked = world.finding(u"head_blocked"_s);
    QCOMPARE(blocked.severity, Severity::Critical);
    const QString pid = QString::number((*session)->backendPid());
    QVERIFY2(
        blocked.title.contains(u"Row 1 is locked by session "_s + pid), world.text().constData());
    for (const QString& part : {u"5 rows are waiting"_s, u"idle in transaction"_s, u"FOR UPDATE"_s})
        QVERIFY2(blocked.evidence.contains(part), world.text().constData());
    QVERIFY(blocked.since < world.poller().latest()->finishedAt - 1s);
    // The remedy ends the session; what is left is a relay that does not run.
    exec(blocked.remedy.text);
    VERIFY_FINDINGS(world, {u"relay_stalled"_s});
    publishAll();
    VERIFY_FINDINGS(world, {});
}

void TestFindingsOutbox::aRowLockSeenByAViewer()
{
    exec(u"DO $$ BEGIN CREATE ROLE viewer LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;"
         "GRANT USAGE ON SCHEMA public TO viewer; GRANT SELECT ON orders_outboxevent,"
         " billing_processedevent, email_processedevent TO viewer"_s);
    QVERIFY_RESULT(m_postgres->addEvents(u"order.paid"_s, 5));
    auto session = m_postgres->session();
    QVERIFY_RESULT(session);
    QVERIFY_RESULT(
        (*session)->exec(u"BEGIN; SELECT id FROM orders_outboxevent WHERE id = 1 FOR UPDATE"_s));
    FindingWorld world(*m_postgres, *m_redis);
    world.profile.thresholds.oldestUnpublished = 1s;
    world.profile.outbox.dsn = m_postgres->dsn(u"viewer"_s);
    VERIFY_FINDINGS(world, {u"head_blocked"_s});
    const Finding blocked = world.finding(u"head_blocked"_s);
    QVERIFY2(blocked.title.contains(u"(postgres"_s), world.text().constData());
    for (const QString& part : {u"was first seen"_s, u"unknown, because"_s, u"pg_read_all_stats"_s})
        QVERIFY2(blocked.evidence.contains(part), world.text().constData());
    QVERIFY2(!blocked.evidence.contains(u"FOR UPDATE"_s), world.text().constData());
    QVERIFY_RESULT((*session)->exec(u"ROLLBACK"_s));
    publishAll();
    VERIFY_FINDINGS(world, {});
}

void TestFindingsOutbox::aTableThatIsLocked()
{
    QVERIFY_RESULT(m_postgres->addEvents(u"order.paid"_s, 5));
    FindingWorld world(*m_postgres, *m_redis);
    world.profile.thresholds.oldestUnpublished = 1min;
    VERIFY_FINDINGS(world, {});
    world = FindingWorld(*m_postgres, *m_redis);
    world.profile.thresholds.oldestUnpublished = 2s;
    std::ignore = world.look();
    auto session = m_postgres->session();
    QVERIFY_RESULT(session);
    QVERIFY_RESULT(
        (*session)->exec(u"BEGIN; LOCK TABLE orders_outboxevent IN ACCESS EXCLUSIVE MODE"_s));
    VERIFY_FINDINGS(world, {u"head_blocked"_s});
    QVERIFY2(
        world.finding(u"head_blocked"_s).evidence.contains(u"AccessExclusiveLock"_s),
        world.text().constData());
    QVERIFY_RESULT((*session)->exec(u"ROLLBACK"_s));
    publishAll();
    VERIFY_FINDINGS(world, {});
}

void TestFindingsOutbox::aRowThatStaysBehind()
{
    QVERIFY_RESULT(m_postgres->addEvents(u"order.paid"_s, 20));
    FindingWorld world(*m_postgres, *m_redis);
    world.profile.thresholds.oldestUnpublished = 1s;
    qint64 next = 2;
    VERIFY_FINDINGS(world, {u"poison_row"_s}, 20s, [&] {
        exec(u"UPDATE orders_outboxevent SET published_at = now() WHERE id = %1"_s.arg(next++));
    });
    const Finding poison = world.finding(u"poison_row"_s);
    QCOMPARE(poison.severity, Severity::Warning);
    QVERIFY2(poison.title.contains(u"Row 1 stays behind"_s), world.text().constData());
    exec(u"DELETE FROM orders_outboxevent WHERE published_at IS NULL"_s);
    VERIFY_FINDINGS(world, {});
}

void TestFindingsOutbox::aRowThatStopsTheRelay()
{
    QVERIFY_RESULT(m_postgres->addEvents(u"order.paid"_s, 20));
    exec(u"ALTER TABLE orders_outboxevent ADD attempts int NOT NULL DEFAULT 0,"
         " ADD last_error text"_s);
    FindingWorld world(*m_postgres, *m_redis);
    world.profile.thresholds.oldestUnpublished = 1s;
    // A relay in id order: it takes the first row, fails on it, and gives all back.
    const auto attempt = [&] {
        exec(u"BEGIN; SELECT id FROM orders_outboxevent WHERE published_at IS NULL ORDER BY id"
             " LIMIT 10 FOR UPDATE; ROLLBACK"_s);
    };
    VERIFY_FINDINGS(world, {u"poison_row"_s}, 20s, attempt);
    Finding poison = world.finding(u"poison_row"_s);
    QCOMPARE(poison.severity, Severity::Critical);
    QVERIFY2(
        poison.evidence.contains(u"transactions took it meanwhile"_s), world.text().constData());
    exec(u"UPDATE orders_outboxevent SET attempts = 7, last_error = 'too big' WHERE id = 1"_s);
    VERIFY_FINDINGS(world, {u"poison_row"_s});
    poison = world.finding(u"poison_row"_s);
    QVERIFY2(poison.evidence.contains(u"counts 7 attempts"_s), world.text().constData());
    QVERIFY2(poison.evidence.contains(u"too big"_s), world.text().constData());
    publishAll();
    VERIFY_FINDINGS(world, {});
}

void TestFindingsOutbox::aTransactionThatWasLeftOpen()
{
    auto session = m_postgres->session();
    QVERIFY_RESULT(session);
    QVERIFY_RESULT(
        (*session)->exec(u"SET application_name = 'shop-web'; BEGIN; INSERT INTO orders_outboxevent"
                         " (topic, payload, created_at) VALUES ('order.paid', '{}', now())"_s));
    FindingWorld world(*m_postgres, *m_redis);
    world.profile.thresholds.oldestUnpublished = 1s;
    VERIFY_FINDINGS(world, {u"open_transaction"_s});
    const Finding open = world.finding(u"open_transaction"_s);
    QVERIFY2(open.evidence.contains(u"shop-web"_s), world.text().constData());
    QVERIFY2(open.evidence.contains(u"idle in transaction"_s), world.text().constData());
    QVERIFY_RESULT((*session)->exec(u"ROLLBACK"_s));
    VERIFY_FINDINGS(world, {});
}

void TestFindingsOutbox::aMissingIndex()
{
    exec(u"DROP TABLE orders_outboxevent, billing_processedevent, email_processedevent"_s);
    QVERIFY_RESULT(m_postgres->createSeedSchema(false));
    exec(u"INSERT INTO orders_outboxevent VALUES (250000, 'order.paid', '{}', now(), now())"_s);
    FindingWorld world(*m_postgres, *m_redis);
    VERIFY_FINDINGS(world, {u"missing_index"_s});
    const Remedy remedy = world.finding(u"missing_index"_s).remedy;
    QCOMPARE(remedy.kind, RemedyKind::Copy);
    QVERIFY2(
        remedy.text.contains(
            u"models.Index(fields=[\"id\"], name=\"orders_outboxevent_unpublished\","
            " condition=Q(published_at__isnull=True))"_s),
        qPrintable(remedy.text));
    exec(remedy.text);
    VERIFY_FINDINGS(world, {});
}

void TestFindingsOutbox::deadRows()
{
    exec(u"ALTER TABLE orders_outboxevent SET (autovacuum_enabled = off)"_s);
    exec(u"INSERT INTO orders_outboxevent (topic, payload, created_at, published_at)"
         " SELECT 'order.paid', '{}', now(), now() FROM generate_series(1, 12000)"_s);
    exec(u"UPDATE orders_outboxevent SET published_at = now()"_s);
    FindingWorld world(*m_postgres, *m_redis);
    VERIFY_FINDINGS(world, {u"table_bloat"_s});
    const Finding bloat = world.finding(u"table_bloat"_s);
    QVERIFY2(
        bloat.evidence.contains(u"Autovacuum is off for this table"_s), world.text().constData());
    QCOMPARE(bloat.remedy.text, u"VACUUM (ANALYZE) \"orders_outboxevent\";"_s);
    exec(bloat.remedy.text);
    VERIFY_FINDINGS(world, {});
}

void TestFindingsOutbox::anotherOutboardRelays()
{
    auto session = m_postgres->session();
    QVERIFY_RESULT(session);
    QVERIFY_RESULT((*session)->exec(u"SELECT pg_advisory_lock((x'4f757462'::bigint << 32)"
                                    " | 'orders_outboxevent'::regclass::oid::bigint)"_s));
    FindingWorld world(*m_postgres, *m_redis);
    world.profile.thresholds.oldestUnpublished = 1s;
    VERIFY_FINDINGS(world, {u"other_relay"_s});
    QCOMPARE(world.finding(u"other_relay"_s).severity, Severity::Notice);
    QVERIFY_RESULT((*session)->exec(u"SELECT pg_advisory_unlock_all()"_s));
    VERIFY_FINDINGS(world, {});
}

void TestFindingsOutbox::aLedgerWithoutAConstraint()
{
    exec(u"ALTER TABLE email_processedevent DROP CONSTRAINT email_processedevent_event_id_key"_s);
    FindingWorld world(*m_postgres, *m_redis);
    VERIFY_FINDINGS(world, {u"ledger_key:email_processedevent"_s});
    exec(world.finding(u"ledger_key:email_processedevent"_s).remedy.text);
    VERIFY_FINDINGS(world, {});
}

void TestFindingsOutbox::aDesktopWithAWrongClock()
{
    FindingWorld world(*m_postgres, *m_redis);
    auto offset = std::make_shared<Microseconds>(1h);
    world.clock = [offset] { return systemClock()() + *offset; };
    VERIFY_FINDINGS(world, {u"clocks:desktop"_s});
    QVERIFY2(
        world.finding(u"clocks:desktop"_s).evidence.contains(u"behind this desktop"_s),
        world.text().constData());
    *offset = 0s;
    VERIFY_FINDINGS(world, {});
}

void TestFindingsOutbox::aRelayThatIsTooSlow()
{
    FindingWorld world(*m_postgres, *m_redis);
    VERIFY_FINDINGS(world, {u"relay_slow"_s}, 100s, [&] {
        exec(u"INSERT INTO orders_outboxevent (topic, payload, created_at)"
             " SELECT 'order.paid', '{}', now() FROM generate_series(1, 20);"
             "UPDATE orders_outboxevent SET published_at = now() WHERE id IN (SELECT id FROM"
             " orders_outboxevent WHERE published_at IS NULL ORDER BY id LIMIT 8)"_s);
    });
    QVERIFY2(
        world.finding(u"relay_slow"_s).evidence.contains(u"Time to drain: never"_s),
        world.text().constData());
    publishAll();
    VERIFY_FINDINGS(world, {});
}

QTEST_GUILESS_MAIN(TestFindingsOutbox)
#include "tst_findings_outbox.moc"
