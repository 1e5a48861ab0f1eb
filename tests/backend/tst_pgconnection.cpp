// SPDX-License-Identifier: GPL-3.0-or-later
#include "outbox/pgconnection.h"
#include "support/printers.h"
#include "support/scratchpostgres.h"
#include "support/service.h"

#include <signal.h>

#include <QTest>

#include <thread>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const QString secret = u"s3cr3t-word'et\\ pass"_s;

} // namespace

class TestPgConnection : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void failedConnectionsSayWhatToDo_data();
    void failedConnectionsSayWhatToDo();
    void unreadableDsnIsRefusedWithoutRepeatingIt();
    void verifiedTlsConnects();
    void passwordComesFromTheTargetWhenTheDsnHasNone();
    void failedStatementsSayWhatToDo_data();
    void failedStatementsSayWhatToDo();
    void monitorSessionIsReadOnlyAtTheServer();
    void monitorSessionHasItsLimits();
    void waitingForALockEnds();
    void deadlockIsAConflict();
    void parametersAreBytesAndNulls();
    void zeroByteIsRefusedBeforeItIsSent();
    void transactionIsRolledBackUnlessCommitted();
    void abortedTransactionCannotCommit();
    void endedSessionIsUnusableAndNeverReconnects();
    void brokenCommitIsInDoubt();
    void serverGoneIsUnreachable();
    void frozenServerIsCutOff();
    void stopRequestEndsAMonitorStatement();
    void pingTakesTime();

private:
    std::unique_ptr<PgConnection> connected(Access access = Access::Operate)
    {
        auto opened = PgConnection::open({.dsn = m_server->dsn(), .access = access});
        if (!opened)
            qFatal("%s", describe(opened.error()).constData());
        return std::move(*opened);
    }

    std::unique_ptr<ScratchPostgres> m_server;
};

void TestPgConnection::initTestCase()
{
    auto started = ScratchPostgres::start({.tls = true});
    REQUIRE_SERVICE(started);
    m_server = std::move(*started);
    QVERIFY_RESULT(m_server->exec(
        u"CREATE ROLE reader LOGIN PASSWORD 's3cr3t-word''et\\ pass'; CREATE ROLE locked NOLOGIN;"
        "CREATE ROLE writer LOGIN"_s));
}

void TestPgConnection::init()
{
    QVERIFY_RESULT(m_server->wipe());
    QVERIFY_RESULT(
        m_server->exec(u"CREATE TABLE t (n int PRIMARY KEY); INSERT INTO t VALUES (1)"_s));
}

void TestPgConnection::failedConnectionsSayWhatToDo_data()
{
    QTest::addColumn<QString>("dsn");
    QTest::addColumn<Error::Kind>("kind");
    QTest::addColumn<QString>("words");
    const QString base = u"hostaddr=127.0.0.1 port=%1 dbname=postgres "_s.arg(m_server->port());
    const QString password = u"password='s3cr3t-word\\'et\\\\ pass' "_s;
    const QString ca = u"sslrootcert="_s + m_server->authorityFile() + u' ';
    using Kind = Error::Kind;
    QTest::newRow("wrong host") << u"host=no-such-host.invalid user=reader "_s + password
                                << Kind::Unreachable << u"host in the DSN"_s;
    QTest::newRow("wrong port") << u"host=127.0.0.1 port=1 user=reader "_s + password
                                << Kind::Unreachable << u"127.0.0.1:1"_s;
    QTest::newRow("wrong socket folder")
        << u"host=/nonexistent user=reader"_s << Kind::Unreachable << u"/nonexistent"_s;
    QTest::newRow("wrong password")
        << base + u"host=localhost user=reader password=s3cr3t-word-wrong"_s << Kind::Auth
        << u"password of user \"reader\""_s;
    QTest::newRow("no password") << base + u"host=localhost user=reader passfile=/nonexistent"_s
                                 << Kind::Auth << u"asks for a password"_s;
    QTest::newRow("unknown user") << m_server->dsn(u"nobody_here"_s) << Kind::Auth
                                  << u"no user \"nobody_here\""_s;
    QTest::newRow("user that may not log in")
        << m_server->dsn(u"locked"_s) << Kind::Auth << u"LOGIN"_s;
    QTest::newRow("unknown database")
        << m_server->dsn() + u" dbname=no_such_db"_s << Kind::Missing << u"no_such_db"_s;
    QTest::newRow("unknown service")
        << u"service=no_such_service"_s << Kind::Missing << u"service"_s;
    QTest::newRow("another authority")
        << base + u"host=localhost user=reader sslmode=verify-full sslrootcert="_s
               + m_server->foreignAuthorityFile() + u' ' + password
        << Kind::Tls << u"trusted authority"_s;
    QTest::newRow("another host name")
        << base + u"host=db.example user=reader sslmode=verify-full "_s + ca + password << Kind::Tls
        << u"another host name"_s;
    QTest::newRow("no authority file")
        << base + u"host=localhost user=reader sslmode=verify-full sslrootcert=/nonexistent "_s
               + password
        << Kind::Tls << u"sslrootcert"_s;
}

void TestPgConnection::failedConnectionsSayWhatToDo()
{
    QFETCH(QString, dsn);
    QFETCH(Error::Kind, kind);
    QFETCH(QString, words);
    const auto opened = PgConnection::open({.dsn = dsn});
    QVERIFY_ERROR(opened, kind);
    QVERIFY2(opened.error().what.contains(words), describe(opened.error()).constData());
    QVERIFY2(!opened.error().what.contains(u"%"_s), describe(opened.error()).constData());
    QVERIFY(!describe(opened.error()).contains("s3cr3t-word"));
}

void TestPgConnection::unreadableDsnIsRefusedWithoutRepeatingIt()
{
    for (const QString& dsn :
         {u"postgresql://u:s3cr3t-word pass@[h/db"_s,
          u"postgresql://u:s3cr3t-word@h:port/db"_s,
          u"host=h password='s3cr3t-word"_s}) {
        const auto opened = PgConnection::open({.dsn = dsn});
        QVERIFY_ERROR(opened, Error::Kind::Refused);
        QVERIFY(opened.error().what.contains(u"DSN"));
        QVERIFY(!describe(opened.error()).contains("s3cr3t-word"));
    }
}

void TestPgConnection::verifiedTlsConnects()
{
    const QString dsn = u"host=localhost hostaddr=127.0.0.1 port=%1 user=reader dbname=postgres "
                        "sslmode=verify-full sslrootcert=%2 password='s3cr3t-word\\'et\\\\ pass'"_s
                            .arg(m_server->port())
                            .arg(m_server->authorityFile());
    auto opened = PgConnection::open({.dsn = dsn});
    QVERIFY_RESULT(opened);
    const auto rows = (*opened)->query("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()");
    QVERIFY_RESULT(rows);
    QVERIFY(rows->boolean(0, 0));
}

void TestPgConnection::passwordComesFromTheTargetWhenTheDsnHasNone()
{
    const QString dsn =
        u"host=localhost hostaddr=127.0.0.1 port=%1 user=reader dbname=postgres"_s.arg(
            m_server->port());
    QVERIFY_RESULT(PgConnection::open({.dsn = dsn, .password = secret}));
    const auto wrong = PgConnection::open({.dsn = dsn, .password = u"s3cr3t-word-other"_s});
    QVERIFY_ERROR(wrong, Error::Kind::Auth);
    QVERIFY(!describe(wrong.error()).contains("s3cr3t-word"));
}

void TestPgConnection::failedStatementsSayWhatToDo_data()
{
    QTest::addColumn<QByteArray>("sql");
    QTest::addColumn<Error::Kind>("kind");
    QTest::addColumn<QString>("words");
    using Kind = Error::Kind;
    QTest::newRow("missing table")
        << QByteArray("SELECT * FROM no_such_table") << Kind::Missing << u"no_such_table"_s;
    QTest::newRow("missing column")
        << QByteArray("SELECT no_such_column FROM t") << Kind::Missing << u"no_such_column"_s;
    QTest::newRow("missing function")
        << QByteArray("SELECT no_such_function(1)") << Kind::Missing << u"no_such_function"_s;
    QTest::newRow("missing schema")
        << QByteArray("CREATE TABLE no_such_schema.t ()") << Kind::Missing << u"no_such_schema"_s;
    QTest::newRow("no permission")
        << QByteArray("SET ROLE writer; SELECT * FROM t") << Kind::Refused << u"GRANT"_s;
    QTest::newRow("read-only") << QByteArray(
        "SET transaction_read_only = on; INSERT INTO t VALUES (2)")
                               << Kind::Refused << u"read-only"_s;
    QTest::newRow("statement timeout")
        << QByteArray("SET statement_timeout = 20; SELECT pg_sleep(10)") << Kind::Timeout
        << u"did not finish in time"_s;
    QTest::newRow("constraint") << QByteArray("INSERT INTO t VALUES (1)") << Kind::Refused
                                << u"constraint"_s;
    QTest::newRow("value of another type")
        << QByteArray("SELECT 'abc'::int") << Kind::Refused << u"type"_s;
    QTest::newRow("bad SQL") << QByteArray("SELEC 1") << Kind::Refused << u"cannot read the SQL"_s;
    QTest::newRow("raised by a function")
        << QByteArray("DO $$ BEGIN RAISE 'stock is empty'; END $$") << Kind::Refused
        << u"stock is empty"_s;
}

void TestPgConnection::failedStatementsSayWhatToDo()
{
    QFETCH(QByteArray, sql);
    QFETCH(Error::Kind, kind);
    QFETCH(QString, words);
    auto connection = connected();
    const auto answer = connection->query(sql);
    QVERIFY_ERROR(answer, kind);
    QVERIFY2(answer.error().what.contains(words), describe(answer.error()).constData());
    QVERIFY(connection->isUsable());
    QVERIFY_RESULT(connection->query("SELECT 1"));
}

void TestPgConnection::monitorSessionIsReadOnlyAtTheServer()
{
    auto connection = connected(Access::Monitor);
    const auto written = connection->query("INSERT INTO t VALUES (2)");
    QVERIFY_ERROR(written, Error::Kind::Refused);
    QVERIFY(written.error().detail.startsWith(u"25006"));
    QVERIFY_ERROR(connection->begin(PgConnection::Mode::ReadWrite), Error::Kind::Refused);
    auto transaction = connection->begin(PgConnection::Mode::ReadOnly);
    QVERIFY_RESULT(transaction);
    QVERIFY_ERROR(transaction->query("DELETE FROM t"), Error::Kind::Refused);
    QCOMPARE(m_server->value(u"SELECT count(*) FROM t"_s), "1");
}

void TestPgConnection::monitorSessionHasItsLimits()
{
    auto connection = connected(Access::Monitor);
    const auto rows = connection->query(
        "SELECT current_setting('statement_timeout'), current_setting('lock_timeout'),"
        " current_setting('max_parallel_workers_per_gather'), current_setting('application_name')");
    QVERIFY_RESULT(rows);
    QCOMPARE(rows->value(0, 0), "150ms");
    QCOMPARE(rows->value(0, 1), "50ms");
    QCOMPARE(rows->value(0, 2), "0");
    QCOMPARE(rows->value(0, 3), "outboard-monitor");
    auto longer = connection->begin(PgConnection::Mode::ReadOnly, 2s);
    QVERIFY_RESULT(longer);
    const auto inside = longer->query("SELECT current_setting('statement_timeout')");
    QVERIFY_RESULT(inside);
    QCOMPARE(inside->value(0, 0), "2s");
}

void TestPgConnection::waitingForALockEnds()
{
    auto other = m_server->session();
    QVERIFY_RESULT(other);
    QVERIFY_RESULT((*other)->exec(u"BEGIN; LOCK TABLE t"_s));
    const auto answer = connected(Access::Monitor)->query("SELECT * FROM t");
    QVERIFY_ERROR(answer, Error::Kind::Timeout);
    QVERIFY(answer.error().what.contains(u"lock"));
}

void TestPgConnection::deadlockIsAConflict()
{
    QVERIFY_RESULT(m_server->exec(u"INSERT INTO t VALUES (2)"_s));
    auto other = m_server->session();
    QVERIFY_RESULT(other);
    QVERIFY_RESULT(
        (*other)->exec(u"SET deadlock_timeout = '10s'; BEGIN; UPDATE t SET n = n WHERE n = 2"_s));
    auto connection = connected();
    QVERIFY_RESULT(connection->query("SET lock_timeout = 0; SET deadlock_timeout = '10ms'"));
    auto transaction = connection->begin(PgConnection::Mode::ReadWrite);
    QVERIFY_RESULT(transaction);
    QVERIFY_RESULT(transaction->query("UPDATE t SET n = n WHERE n = 1"));
    std::thread closing([&] { (void)(*other)->exec(u"UPDATE t SET n = n WHERE n = 1"_s); });
    const QString waiting = u"SELECT count(*) FROM pg_locks WHERE NOT granted"_s;
    QTRY_COMPARE(m_server->value(waiting), "1");
    const auto answer = transaction->query("UPDATE t SET n = n WHERE n = 2");
    transaction->rollBack();
    closing.join();
    QVERIFY_ERROR(answer, Error::Kind::Conflict);
    QVERIFY(connection->isUsable());
}

void TestPgConnection::parametersAreBytesAndNulls()
{
    auto connection = connected();
    const QByteArray hostile = "'; DROP TABLE t; -- \\ \" $1 ü";
    const auto rows = connection->query(
        "SELECT $1::text, $2::text IS NULL, $3::bigint + 0, $1::text",
        {hostile, std::nullopt, QByteArray("9223372036854775807")});
    QVERIFY_RESULT(rows);
    QCOMPARE(rows->value(0, 0), hostile);
    QVERIFY(rows->boolean(0, 1));
    QCOMPARE(rows->integer(0, 2), Q_INT64_C(9223372036854775807));
    QCOMPARE(m_server->value(u"SELECT count(*) FROM t"_s), "1");
}

void TestPgConnection::zeroByteIsRefusedBeforeItIsSent()
{
    auto connection = connected();
    QVERIFY_ERROR(
        connection->query("SELECT $1::text", {QByteArray("a\0b", 3)}), Error::Kind::Refused);
    QVERIFY_RESULT(connection->query("SELECT 1"));
}

void TestPgConnection::transactionIsRolledBackUnlessCommitted()
{
    auto connection = connected();
    {
        auto transaction = connection->begin(PgConnection::Mode::ReadWrite);
        QVERIFY_RESULT(transaction);
        QVERIFY_RESULT(transaction->query("INSERT INTO t VALUES (2)"));
    }
    QCOMPARE(m_server->value(u"SELECT count(*) FROM t"_s), "1");
    auto transaction = connection->begin(PgConnection::Mode::ReadWrite);
    QVERIFY_RESULT(transaction);
    const auto inserted = transaction->query("INSERT INTO t SELECT generate_series(2, 4)");
    QVERIFY_RESULT(inserted);
    QCOMPARE(inserted->affected(), 3);
    QVERIFY_RESULT(transaction->commit());
    QCOMPARE(m_server->value(u"SELECT count(*) FROM t"_s), "4");
    QVERIFY_RESULT(connection->query("SELECT 1"));
}

void TestPgConnection::abortedTransactionCannotCommit()
{
    auto connection = connected();
    auto transaction = connection->begin(PgConnection::Mode::ReadWrite);
    QVERIFY_RESULT(transaction);
    QVERIFY_RESULT(transaction->query("INSERT INTO t VALUES (2)"));
    QVERIFY_ERROR(transaction->query("SELECT 1 / 0"), Error::Kind::Refused);
    QVERIFY_ERROR(transaction->query("SELECT 1"), Error::Kind::Refused);
    QVERIFY_ERROR(transaction->commit(), Error::Kind::Refused);
    QCOMPARE(m_server->value(u"SELECT count(*) FROM t"_s), "1");
}

void TestPgConnection::endedSessionIsUnusableAndNeverReconnects()
{
    auto connection = connected(Access::Monitor);
    QVERIFY_RESULT(m_server->terminateSessions());
    QVERIFY_ERROR(connection->query("SELECT 1"), Error::Kind::Unreachable);
    QVERIFY(!connection->isUsable());
    // A new session would have lost its SETs: it must not come back by itself.
    for (int attempt = 0; attempt < 3; ++attempt)
        QVERIFY_ERROR(connection->query("SELECT 1"), Error::Kind::Unreachable);
    QVERIFY_ERROR(connection->begin(PgConnection::Mode::ReadOnly), Error::Kind::Unreachable);
    QCOMPARE(
        m_server->value(
            u"SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'outboard%'"_s),
        "0");
}

void TestPgConnection::brokenCommitIsInDoubt()
{
    // A deferred trigger runs during COMMIT and takes the session away before the answer.
    QVERIFY_RESULT(m_server->exec(
        u"CREATE FUNCTION leave() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(5); RETURN NULL; END $$;"
        "CREATE CONSTRAINT TRIGGER leaving AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION leave()"_s));
    auto connection = connected();
    auto transaction = connection->begin(PgConnection::Mode::ReadWrite);
    QVERIFY_RESULT(transaction);
    QVERIFY_RESULT(transaction->query("INSERT INTO t VALUES (2)"));
    const auto committed = transaction->commit();
    QVERIFY_ERROR(committed, Error::Kind::Conflict);
    QVERIFY(committed.error().what.contains(u"unknown"));
    QVERIFY(!connection->isUsable());
}

void TestPgConnection::serverGoneIsUnreachable()
{
    auto connection = connected();
    m_server->crash();
    const auto answer = connection->query("SELECT 1");
    const auto again = PgConnection::open({.dsn = m_server->dsn()});
    QVERIFY_RESULT(m_server->restart());
    QVERIFY_ERROR(answer, Error::Kind::Unreachable);
    QVERIFY_ERROR(again, Error::Kind::Unreachable);
    QVERIFY(!connection->isUsable());
}

void TestPgConnection::frozenServerIsCutOff()
{
    auto connection = connected(Access::Monitor);
    const auto pid = connection->query("SELECT pg_backend_pid()");
    QVERIFY_RESULT(pid);
    const auto process = static_cast<pid_t>(pid->integer(0, 0));
    QCOMPARE(kill(process, SIGSTOP), 0);
    const auto answer = connection->query("SELECT 1");
    kill(process, SIGCONT);
    QVERIFY_ERROR(answer, Error::Kind::Timeout);
    QVERIFY(!connection->isUsable());
}

void TestPgConnection::stopRequestEndsAMonitorStatement()
{
    std::stop_source stop;
    auto opened = PgConnection::open(
        {.dsn = m_server->dsn(), .access = Access::Monitor, .statementTimeout = 60s},
        stop.get_token());
    QVERIFY_RESULT(opened);
    std::thread closing([&] {
        while (m_server->value(
                   u"SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(50)'"
                   " AND pid <> pg_backend_pid() AND state = 'active'"_s)
               != "1") {}
        stop.request_stop();
    });
    const auto answer = (*opened)->query("SELECT pg_sleep(50)");
    closing.join();
    QVERIFY_ERROR(answer, Error::Kind::Cancelled);
    QVERIFY(!(*opened)->isUsable());
}

void TestPgConnection::pingTakesTime()
{
    const auto time = connected()->ping();
    QVERIFY_RESULT(time);
    QVERIFY(time->count() > 0);
}

QTEST_GUILESS_MAIN(TestPgConnection)
#include "tst_pgconnection.moc"
