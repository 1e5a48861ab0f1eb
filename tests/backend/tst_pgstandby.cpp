// SPDX-License-Identifier: GPL-3.0-or-later
#include "outbox/pgconnection.h"
#include "outbox/pgoutboxstore.h"
#include "support/scratchpostgres.h"
#include "support/service.h"
#include "text/format.h"

#include <QTest>

#include <thread>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// Monitoring reads a hot standby that follows by streaming replication, actions go to the primary.
class TestPgStandby : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void monitoringReadsTheStandbyAndActionsGoToThePrimary();
    void lagIsKnownWhileChangesWait();
    void actionOnAStandbyIsRefused();
    void severalHostsPreferTheStandbyButNotForActions();
    void queryThatRecoveryEndsSaysSo();

private:
    OutboxSettings settings() const
    {
        OutboxSettings settings;
        settings.dsn = m_primary->dsn();
        settings.monitorDsn = m_standby->dsn();
        return settings;
    }

    std::unique_ptr<OutboxStore> opened(const OutboxSettings& settings, Access access)
    {
        auto store = makePgOutboxStore(settings, access);
        if (!store)
            qFatal("%s", describe(store.error()).constData());
        return std::move(*store);
    }

    QByteArray waitingOnStandby() const
    {
        return m_standby->value(
            u"SELECT count(*) FROM orders_outboxevent WHERE published_at IS NULL"_s);
    }

    std::unique_ptr<ScratchPostgres> m_primary;
    std::unique_ptr<ScratchPostgres> m_standby;
};

void TestPgStandby::initTestCase()
{
    auto primary = ScratchPostgres::start();
    REQUIRE_SERVICE(primary);
    m_primary = std::move(*primary);
    auto standby = m_primary->standby({u"max_standby_streaming_delay=0"_s});
    QVERIFY_RESULT(standby);
    m_standby = std::move(*standby);
}

void TestPgStandby::init()
{
    QVERIFY_RESULT(m_primary->wipe());
    QVERIFY_RESULT(m_primary->createSeedSchema());
    QVERIFY_RESULT(m_primary->addEvents(u"order.paid"_s, 6));
    QTRY_COMPARE(waitingOnStandby(), "6");
}

void TestPgStandby::monitoringReadsTheStandbyAndActionsGoToThePrimary()
{
    const auto watching = opened(settings(), Access::Monitor);
    const auto state = watching->state();
    QVERIFY_RESULT(state);
    QVERIFY(state->standby);
    QCOMPARE(state->unpublished, Count::exact(6));
    const auto page = watching->page({}, {}, 10);
    QVERIFY_RESULT(page);
    QCOMPARE(page->rows.size(), 6);

    const auto acting = opened(settings(), Access::Operate);
    const auto chunk = acting->relay({}, [](std::span<const OutgoingMessage> messages) {
        return std::vector<Result<EntryId>>(messages.size(), EntryId{1, 1});
    });
    QVERIFY_RESULT(chunk);
    QCOMPARE(chunk->report.published, 6);
    const auto primary = acting->state();
    QVERIFY_RESULT(primary);
    QVERIFY(!primary->standby);
    QTRY_COMPARE(waitingOnStandby(), "0");
    const auto after = watching->state();
    QVERIFY_RESULT(after);
    QCOMPARE(after->unpublished, Count::exact(0));
}

void TestPgStandby::lagIsKnownWhileChangesWait()
{
    const auto watching = opened(settings(), Access::Monitor);
    const auto idle = watching->state();
    QVERIFY_RESULT(idle);
    QVERIFY(!idle->standby->behind);
    QVERIFY(idle->standby->lastReplayed);
    QVERIFY(format::standby(*idle->standby, idle->at).contains(u"unknown"_s));

    QVERIFY_RESULT(m_standby->exec(u"SELECT pg_wal_replay_pause()"_s));
    QTRY_COMPARE(m_standby->value(u"SELECT pg_get_wal_replay_pause_state()"_s), "paused");
    QVERIFY_RESULT(m_primary->addEvents(u"order.paid"_s, 4));
    const auto behind = [&] {
        const auto state = watching->state();
        return state && state->standby ? state->standby->behind : std::nullopt;
    };
    QTRY_VERIFY(behind() && *behind() >= 1s);
    const auto lagging = watching->state();
    QVERIFY_RESULT(lagging);
    QCOMPARE(lagging->unpublished, Count::exact(6));
    QCOMPARE(
        format::standby(*lagging->standby, lagging->at),
        u"read from a standby, %1 behind"_s.arg(format::duration(lagging->standby->behind)));

    QVERIFY_RESULT(m_standby->exec(u"SELECT pg_wal_replay_resume()"_s));
    QTRY_COMPARE(waitingOnStandby(), "10");
    QTRY_VERIFY(!behind());
}

void TestPgStandby::actionOnAStandbyIsRefused()
{
    OutboxSettings wrong = settings();
    wrong.dsn = m_standby->dsn();
    const auto refused = makePgOutboxStore(wrong, Access::Operate);
    QVERIFY_ERROR(refused, Error::Kind::Refused);
    QCOMPARE(
        refused.error().what,
        u"Only a standby answers at %1, and nothing can be changed there. Set \"dsn\" in the "
        "profile to the primary; the standby belongs in \"monitor_dsn\"."_s.arg(
            m_standby->socketFolder()));
}

void TestPgStandby::severalHostsPreferTheStandbyButNotForActions()
{
    const QString dsn =
        u"host=%1,%2 port=5432,5432 user=postgres dbname=postgres target_session_attrs=%3"_s.arg(
            m_primary->socketFolder(), m_standby->socketFolder(), u"prefer-standby"_s);
    const QByteArray question = "SELECT pg_is_in_recovery()";
    auto monitor = PgConnection::open({.dsn = dsn, .access = Access::Monitor});
    QVERIFY_RESULT(monitor);
    const auto watched = (*monitor)->query(question);
    QVERIFY_RESULT(watched);
    QVERIFY(watched->boolean(0, 0));
    auto operate = PgConnection::open({.dsn = dsn, .access = Access::Operate});
    QVERIFY_RESULT(operate);
    const auto acted = (*operate)->query(question);
    QVERIFY_RESULT(acted);
    QVERIFY(!acted->boolean(0, 0));
}

void TestPgStandby::queryThatRecoveryEndsSaysSo()
{
    auto monitor = PgConnection::open(
        {.dsn = m_standby->dsn(), .access = Access::Monitor, .statementTimeout = 60s});
    QVERIFY_RESULT(monitor);
    std::thread truncating([&] {
        while (m_standby->value(
                   u"SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(30)%'"
                   " AND pid <> pg_backend_pid() AND wait_event = 'PgSleep'"_s)
               != "1") {}
        (void)m_primary->exec(u"TRUNCATE orders_outboxevent"_s);
    });
    const auto answer =
        (*monitor)->query("SELECT pg_sleep(30) FROM orders_outboxevent ORDER BY id LIMIT 1");
    truncating.join();
    QVERIFY_ERROR(answer, Error::Kind::Timeout);
    QCOMPARE(
        answer.error().what,
        u"The standby ended the query so that it could go on following its primary (canceling "
        "statement due to conflict with recovery). Ask again; max_standby_streaming_delay there "
        "gives queries more time."_s);
    QVERIFY((*monitor)->isUsable());
    QVERIFY_RESULT((*monitor)->query("SELECT 1"));
}

QTEST_GUILESS_MAIN(TestPgStandby)
#include "tst_pgstandby.moc"
