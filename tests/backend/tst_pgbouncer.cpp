// SPDX-License-Identifier: GPL-3.0-or-later
#include "ledger/pgledger.h"
#include "outbox/pgconnection.h"
#include "outbox/pgoutboxstore.h"
#include "support/scratchpgbouncer.h"
#include "support/scratchpostgres.h"
#include "support/service.h"

#include <QTest>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// Through PgBouncer in transaction mode, where each transaction may be in another session.
class TestPgBouncer : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void itIsNoticed();
    void monitoringIsReadOnly();
    void limitsHoldInEachTransaction();
    void nothingStaysInTheSharedSessions();
    void transactionsAreRolledBackUnlessCommitted();
    void outboxIsWatchedAndPaged();
    void rowsAreRelayed();
    void oneOutboardRelaysATableAtATime();
    void ledgerTellsAndMarks();
    void optionsInTheDsnAreNamed();
    void unknownDatabaseIsNamed();
    void unreachableServerIsTheServersFault();

private:
    using Sent = std::span<const OutgoingMessage>;

    std::unique_ptr<PgConnection> connected(Access access)
    {
        auto opened = PgConnection::open({.dsn = m_pooler->dsn(), .access = access});
        if (!opened)
            qFatal("%s", describe(opened.error()).constData());
        return std::move(*opened);
    }

    std::unique_ptr<OutboxStore> store(Access access)
    {
        OutboxSettings settings;
        settings.dsn = m_pooler->dsn();
        auto opened = makePgOutboxStore(settings, access);
        if (!opened)
            qFatal("%s", describe(opened.error()).constData());
        return std::move(*opened);
    }

    static std::vector<Result<EntryId>> acceptAll(Sent messages)
    {
        return std::vector<Result<EntryId>>(messages.size(), EntryId{1, 1});
    }

    std::unique_ptr<ScratchPostgres> m_server;
    std::unique_ptr<ScratchPgBouncer> m_pooler;
};

void TestPgBouncer::initTestCase()
{
    auto server = ScratchPostgres::start();
    REQUIRE_SERVICE(server);
    m_server = std::move(*server);
    auto pooler = ScratchPgBouncer::start(*m_server);
    REQUIRE_SERVICE(pooler);
    m_pooler = std::move(*pooler);
}

void TestPgBouncer::init()
{
    QVERIFY_RESULT(m_server->wipe());
    QVERIFY_RESULT(m_server->createSeedSchema());
    QVERIFY_RESULT(m_server->addEvents(u"order.paid"_s, 6));
}

void TestPgBouncer::itIsNoticed()
{
    QVERIFY(connected(Access::Monitor)->isPooled());
    const auto direct = PgConnection::open({.dsn = m_server->dsn()});
    QVERIFY_RESULT(direct);
    QVERIFY(!(*direct)->isPooled());
}

void TestPgBouncer::monitoringIsReadOnly()
{
    auto connection = connected(Access::Monitor);
    const QByteArray write = "DELETE FROM orders_outboxevent";
    const auto written = connection->query(write);
    QVERIFY_ERROR(written, Error::Kind::Refused);
    QVERIFY2(written.error().detail.startsWith(u"25006"), describe(written.error()).constData());
    auto transaction = connection->begin(PgConnection::Mode::ReadOnly, 2s);
    QVERIFY_RESULT(transaction);
    QVERIFY_ERROR(transaction->query(write), Error::Kind::Refused);
    QVERIFY_ERROR(connection->begin(PgConnection::Mode::ReadWrite), Error::Kind::Refused);
    QCOMPARE(m_server->value(u"SELECT count(*) FROM orders_outboxevent"_s), "6");
}

void TestPgBouncer::limitsHoldInEachTransaction()
{
    auto connection = connected(Access::Monitor);
    const QByteArray limits =
        "SELECT current_setting('statement_timeout'), current_setting('lock_timeout')";
    for (int round = 0; round < 3; ++round) {
        const auto rows = connection->query(limits);
        QVERIFY_RESULT(rows);
        QCOMPARE(rows->value(0, 0), "150ms");
        QCOMPARE(rows->value(0, 1), "50ms");
    }
    QVERIFY_ERROR(connection->query("SELECT pg_sleep(20)"), Error::Kind::Timeout);
    QVERIFY(connection->isUsable());
    auto longer = connection->begin(PgConnection::Mode::ReadOnly, 2s);
    QVERIFY_RESULT(longer);
    const auto inside = longer->query(limits);
    QVERIFY_RESULT(inside);
    QCOMPARE(inside->value(0, 0), "2s");
}

void TestPgBouncer::nothingStaysInTheSharedSessions()
{
    auto monitor = connected(Access::Monitor);
    auto operate = connected(Access::Operate);
    for (int round = 0; round < 4; ++round) {
        QVERIFY_RESULT(monitor->query("SELECT 1"));
        QVERIFY_RESULT(operate->query("SELECT 1"));
    }
    // The service's own transactions, in both of the pool's sessions at once.
    auto first = PgSession::open(m_pooler->dsn());
    auto second = PgSession::open(m_pooler->dsn());
    QVERIFY_RESULT(first);
    QVERIFY_RESULT(second);
    QStringList sessions;
    for (const auto& service : {first->get(), second->get()}) {
        QVERIFY_RESULT(service->exec(u"BEGIN"_s));
        QCOMPARE(service->value(u"SHOW default_transaction_read_only"_s), "off");
        QCOMPARE(service->value(u"SHOW transaction_read_only"_s), "off");
        QCOMPARE(service->value(u"SHOW statement_timeout"_s), "0");
        QCOMPARE(service->value(u"SHOW idle_in_transaction_session_timeout"_s), "0");
        sessions << QString::fromLatin1(service->value(u"SELECT pg_backend_pid()"_s));
    }
    QVERIFY(sessions.at(0) != sessions.at(1));
    QCOMPARE(
        m_server->value(u"SELECT count(*) FROM pg_stat_activity WHERE pid IN (%1)"
                        " AND backend_type = 'client backend'"_s.arg(sessions.join(u','))),
        "2");
}

void TestPgBouncer::transactionsAreRolledBackUnlessCommitted()
{
    auto connection = connected(Access::Operate);
    const QByteArray insert = "INSERT INTO billing_processedevent (event_id, created_at)"
                              " VALUES ('7', now())";
    {
        auto transaction = connection->begin(PgConnection::Mode::ReadWrite);
        QVERIFY_RESULT(transaction);
        QVERIFY_RESULT(transaction->query(insert));
    }
    QCOMPARE(m_server->value(u"SELECT count(*) FROM billing_processedevent"_s), "0");
    const auto rows = connection->query(insert);
    QVERIFY_RESULT(rows);
    QCOMPARE(rows->affected(), 1);
    QCOMPARE(m_server->value(u"SELECT count(*) FROM billing_processedevent"_s), "1");
}

void TestPgBouncer::outboxIsWatchedAndPaged()
{
    auto outbox = store(Access::Monitor);
    const auto state = outbox->state();
    QVERIFY_RESULT(state);
    QCOMPARE(state->unpublished, Count::exact(6));
    QVERIFY(!state->standby);
    const auto page = outbox->page({}, {}, 4);
    QVERIFY_RESULT(page);
    QCOMPARE(page->rows.size(), 4);
    QCOMPARE(page->rows.first().id.text(), u"6"_s);
    QVERIFY(page->next);
    const auto rest = outbox->page({}, page->next, 4);
    QVERIFY_RESULT(rest);
    QCOMPARE(rest->rows.size(), 2);
}

void TestPgBouncer::rowsAreRelayed()
{
    const auto chunk = store(Access::Operate)->relay({}, acceptAll);
    QVERIFY_RESULT(chunk);
    QCOMPARE(chunk->report.published, 6);
    QVERIFY(!chunk->report.error);
    QCOMPARE(
        m_server->value(u"SELECT count(*) FROM orders_outboxevent WHERE published_at IS NULL"_s),
        "0");
}

void TestPgBouncer::oneOutboardRelaysATableAtATime()
{
    auto first = store(Access::Operate);
    auto second = store(Access::Operate);
    const auto chunk = first->relay({}, [&](Sent messages) {
        const auto refused = second->relay({}, acceptAll);
        if (refused)
            qFatal("the second relay was let in");
        if (refused.error().kind != Error::Kind::Refused)
            qFatal("%s", describe(refused.error()).constData());
        return acceptAll(messages);
    });
    QVERIFY_RESULT(chunk);
    QCOMPARE(chunk->report.published, 6);
    // The lock went with the transaction: it is not left in a shared session.
    QVERIFY_RESULT(second->relay({}, acceptAll));
    QCOMPARE(m_server->value(u"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"_s), "0");
}

void TestPgBouncer::ledgerTellsAndMarks()
{
    LedgerSettings settings;
    settings.table = u"billing_processedevent"_s;
    QVERIFY_RESULT(m_server->exec(
        u"INSERT INTO billing_processedevent (event_id, created_at) VALUES ('1', now())"_s));
    const std::vector<EventId> ids{EventId("1"), EventId("2")};
    const auto reading = makePgLedger(settings, m_pooler->dsn(), Access::Monitor);
    QVERIFY_RESULT(reading);
    const std::vector<std::optional<TimePoint>> times(2);
    const auto marks = (*reading)->find(GroupName("billing"), ids, times);
    QVERIFY_RESULT(marks);
    QVERIFY(marks->at(0) == LedgerMark::Processed);
    QVERIFY(marks->at(1) == LedgerMark::Unprocessed);
    const auto writing = makePgLedger(settings, m_pooler->dsn(), Access::Operate);
    QVERIFY_RESULT(writing);
    const auto done = (*writing)->withMarks(
        GroupName("billing"), ids, [](const auto&, SqlTransaction&) { return Result<void>(); });
    QVERIFY_RESULT(done);
    QCOMPARE(done->size(), std::size_t(1));
    QCOMPARE(done->front(), EventId("2"));
    QCOMPARE(m_server->value(u"SELECT count(*) FROM billing_processedevent"_s), "2");
}

void TestPgBouncer::optionsInTheDsnAreNamed()
{
    const auto refused =
        PgConnection::open({.dsn = m_pooler->dsn() + u" options='-c search_path=app'"_s});
    QVERIFY_ERROR(refused, Error::Kind::Refused);
    QCOMPARE(
        refused.error().what,
        u"The pooler at %1 does not accept a setting in the DSN, most likely \"options\". Leave it "
        "out."_s.arg(m_pooler->folder()));
}

void TestPgBouncer::unknownDatabaseIsNamed()
{
    const auto refused = PgConnection::open({.dsn = m_pooler->dsn() + u" dbname=nothing"_s});
    QVERIFY_ERROR(refused, Error::Kind::Missing);
    QCOMPARE(
        refused.error().what,
        u"The pooler at %1 knows no database \"nothing\". Check the database in the DSN."_s.arg(
            m_pooler->folder()));
}

void TestPgBouncer::unreachableServerIsTheServersFault()
{
    const auto refused = PgConnection::open({.dsn = m_pooler->dsn() + u" dbname=gone"_s});
    QVERIFY_ERROR(refused, Error::Kind::Unreachable);
    QVERIFY2(
        refused.error().what.startsWith(u"The pooler at "_s),
        describe(refused.error()).constData());
}

QTEST_GUILESS_MAIN(TestPgBouncer)
#include "tst_pgbouncer.moc"
