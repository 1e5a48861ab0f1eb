// SPDX-License-Identifier: GPL-3.0-or-later
#include "outbox/pgconnection.h"
#include "outbox/pgoutboxstore.h"
#include "support/scratchpostgres.h"
#include "support/service.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace outboard;
using namespace Qt::StringLiterals;

/// TLS with verified names and client certificates, and what libpq reads from files of its own.
class TestPgTls : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void clientCertificateLogsIn();
    void uriIsRead();
    void refusalsSayWhich_data();
    void refusalsSayWhich();
    void expiredServerCertificateIsNamed();
    void withdrawnTablePermissionIsNamed();
    void passwordComesFromThePasswordFile();
    void passwordFileThatOthersCanReadIsNamed();
    void serviceFileNamesEverything();
    void tableOfAnotherSchemaIsFound();

private:
    QString base() const
    {
        return u"hostaddr=127.0.0.1 port=%1 dbname=postgres sslmode=verify-full "_s.arg(
            m_server->port());
    }

    QString ca() const { return u"sslrootcert="_s + m_server->authorityFile() + u' '; }

    static QString client(const ScratchKeyPair& pair)
    {
        return u"sslcert=%1 sslkey=%2 "_s.arg(pair.certificate, pair.key);
    }

    /// As role client, with its certificate.
    QString good() const
    {
        const ScratchCertificates& all = m_server->certificates();
        return base() + ca() + client({all.clientCertificate, all.clientKey})
               + u"host=localhost user=client "_s;
    }

    ScratchKeyPair issued(const ScratchCertificates::Wish& wish) const
    {
        const auto pair = m_server->issue(wish);
        if (!pair)
            qFatal("%s", describe(pair.error()).constData());
        return *pair;
    }

    QString place() const { return u"localhost:"_s + QString::number(m_server->port()); }

    std::unique_ptr<ScratchPostgres> m_server;
    QTemporaryDir m_folder;
};

void TestPgTls::initTestCase()
{
    auto started = ScratchPostgres::start(
        {.tls = true,
         .rules = "hostssl all reader 127.0.0.1/32 scram-sha-256\n"
                  "hostssl all all 127.0.0.1/32 cert\n"});
    REQUIRE_SERVICE(started);
    m_server = std::move(*started);
    QVERIFY_RESULT(
        m_server->exec(u"CREATE ROLE client LOGIN; CREATE ROLE other LOGIN;"
                       "CREATE ROLE reader LOGIN PASSWORD 's3cr3t-word from the file'"_s));
    QVERIFY_RESULT(m_server->exec(u"CREATE DATABASE closed"_s));
    QVERIFY_RESULT(m_server->exec(u"REVOKE CONNECT ON DATABASE closed FROM PUBLIC"_s));
    QVERIFY_RESULT(m_server->createSeedSchema());
}

void TestPgTls::clientCertificateLogsIn()
{
    const auto opened = PgConnection::open({.dsn = good()});
    QVERIFY_RESULT(opened);
    const auto rows = (*opened)->query(
        "SELECT current_user, ssl, client_dn FROM pg_stat_ssl WHERE pid = pg_backend_pid()");
    QVERIFY_RESULT(rows);
    QCOMPARE(rows->value(0, 0), "client");
    QVERIFY(rows->boolean(0, 1));
    QCOMPARE(rows->value(0, 2), "/CN=client");
}

void TestPgTls::uriIsRead()
{
    const ScratchCertificates& all = m_server->certificates();
    const QString uri = u"postgresql://client@localhost:%1/postgres?sslmode=verify-full"
                        "&sslrootcert=%2&sslcert=%3&sslkey=%4"_s.arg(m_server->port())
                            .arg(all.authority, all.clientCertificate, all.clientKey);
    QVERIFY_RESULT(PgConnection::open({.dsn = uri}));
}

void TestPgTls::refusalsSayWhich_data()
{
    using Kind = Error::Kind;
    QTest::addColumn<QString>("dsn");
    QTest::addColumn<Error::Kind>("kind");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("wrong CA")
        << good() + u"sslrootcert="_s + m_server->foreignAuthorityFile() << Kind::Tls
        << u"The certificate of PostgreSQL at %1 is not signed by a trusted authority. Set "
           "sslrootcert in the DSN to the right CA file."_s.arg(place());
    QTest::newRow("wrong host name")
        << good() + u"host=db.example"_s << Kind::Tls
        << u"The certificate of PostgreSQL at db.example:%1 belongs to another host name. Use the "
           "name in the certificate as host."_s.arg(m_server->port());
    QTest::newRow("no client certificate")
        << good() + u"sslcert=/nonexistent"_s << Kind::Auth
        << u"PostgreSQL at %1 asks for a client certificate and got none. Set sslcert and sslkey "
           "in the DSN."_s.arg(place());
    QTest::newRow("expired client certificate")
        << good() + client(issued({.name = u"client"_s, .expired = true})) << Kind::Tls
        << u"The client certificate for PostgreSQL at %1 has expired. Renew the file that sslcert "
           "names."_s.arg(place());
    QTest::newRow("client certificate of another authority")
        << good() + client(issued({.name = u"client"_s, .foreignAuthority = true})) << Kind::Tls
        << u"PostgreSQL at %1 does not trust the authority that signed the client certificate. Use "
           "one of the right authority as sslcert."_s.arg(place());
    QTest::newRow("client certificate of another user")
        << good() + u"user=other"_s << Kind::Auth
        << u"The client certificate for PostgreSQL at %1 is not for user \"other\". Use the user "
           "that it names, or the certificate of that user."_s.arg(place());
    QTest::newRow("revoked permission to connect")
        << good() + u"dbname=closed"_s << Kind::Refused
        << u"User \"client\" may not connect to database \"closed\" of PostgreSQL at %1. GRANT "
           "CONNECT on it, or use another user in the DSN."_s.arg(place());
}

void TestPgTls::refusalsSayWhich()
{
    QFETCH(QString, dsn);
    QFETCH(Error::Kind, kind);
    QFETCH(QString, sentence);
    for (const Access access : {Access::Monitor, Access::Operate}) {
        const auto opened = PgConnection::open({.dsn = dsn, .access = access});
        QVERIFY_ERROR(opened, kind);
        QVERIFY2(opened.error().what == sentence, describe(opened.error()).constData());
    }
}

void TestPgTls::expiredServerCertificateIsNamed()
{
    const auto server = ScratchPostgres::start({.tls = true, .expiredCertificate = true});
    QVERIFY_RESULT(server);
    for (const QString& authority :
         {(*server)->authorityFile(), (*server)->foreignAuthorityFile()}) {
        const auto opened = PgConnection::open(
            {.dsn = (*server)->tcpDsn(u"postgres"_s, u"x"_s)
                    + u" sslmode=verify-full sslrootcert="_s + authority});
        QVERIFY_ERROR(opened, Error::Kind::Tls);
        QCOMPARE(
            opened.error().what,
            u"The certificate of PostgreSQL at localhost:%1 has expired. Renew it on the "
            "server."_s.arg((*server)->port()));
    }
}

void TestPgTls::withdrawnTablePermissionIsNamed()
{
    OutboxSettings settings;
    settings.dsn = good();
    QVERIFY_RESULT(m_server->exec(u"GRANT SELECT ON orders_outboxevent TO client"_s));
    const auto store = makePgOutboxStore(settings, Access::Monitor);
    QVERIFY_RESULT(store);
    QVERIFY_RESULT((*store)->state());
    QVERIFY_RESULT(m_server->exec(u"REVOKE SELECT ON orders_outboxevent FROM client"_s));
    const auto refused = (*store)->state();
    QVERIFY_ERROR(refused, Error::Kind::Refused);
    QCOMPARE(
        refused.error().what,
        u"The database user \"client\" lacks a permission (permission denied for table "
        "orders_outboxevent): this needs SELECT. GRANT it, or use another user in the DSN."_s);
}

void TestPgTls::passwordComesFromThePasswordFile()
{
    QFile file(m_folder.filePath(u"pgpass"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("elsewhere:*:*:reader:wrong\n");
    file.write(u"localhost:%1:postgres:reader:s3cr3t-word from the file\n"_s.arg(m_server->port())
                   .toUtf8());
    file.close();
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    const QString dsn = base() + ca() + u"host=localhost user=reader sslcert=/nonexistent"_s;
    QVERIFY_RESULT(PgConnection::open({.dsn = dsn + u" passfile="_s + file.fileName()}));
    const QByteArray before = qgetenv("PGPASSFILE");
    qputenv("PGPASSFILE", QFile::encodeName(file.fileName()));
    const auto opened = PgConnection::open({.dsn = dsn});
    qputenv("PGPASSFILE", before);
    QVERIFY_RESULT(opened);
}

void TestPgTls::passwordFileThatOthersCanReadIsNamed()
{
    QFile file(m_folder.filePath(u"open-pgpass"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("*:*:*:*:s3cr3t-word from the file\n");
    file.close();
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ReadOther);
    const auto opened = PgConnection::open(
        {.dsn = base() + ca() + u"host=localhost user=reader sslcert=/nonexistent passfile="_s
                + file.fileName()});
    QVERIFY_ERROR(opened, Error::Kind::Auth);
    QCOMPARE(
        opened.error().what,
        u"PostgreSQL at %1 asks for a password of user \"reader\", and libpq ignores the password "
        "file because others can read it. Set its mode to 0600."_s.arg(place()));
}

void TestPgTls::serviceFileNamesEverything()
{
    const ScratchCertificates& all = m_server->certificates();
    QFile file(m_folder.filePath(u"pg_service.conf"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(u"[shop]\nhost=localhost\nhostaddr=127.0.0.1\nport=%1\nuser=client\n"
               "dbname=postgres\nsslmode=verify-full\nsslrootcert=%2\nsslcert=%3\nsslkey=%4\n"
               "options=-c search_path=sales\n"_s.arg(m_server->port())
                   .arg(all.authority, all.clientCertificate, all.clientKey)
                   .toUtf8());
    file.close();
    qputenv("PGSERVICEFILE", QFile::encodeName(file.fileName()));
    const auto opened = PgConnection::open({.dsn = u"service=shop"_s});
    const auto wrong = PgConnection::open(
        {.dsn = u"service=shop sslrootcert="_s + m_server->foreignAuthorityFile()});
    qunsetenv("PGSERVICEFILE");
    QVERIFY_RESULT(opened);
    const auto rows = (*opened)->query("SELECT current_user, ssl, current_setting('search_path')"
                                       " FROM pg_stat_ssl WHERE pid = pg_backend_pid()");
    QVERIFY_RESULT(rows);
    QCOMPARE(rows->value(0, 0), "client");
    QVERIFY(rows->boolean(0, 1));
    QCOMPARE(rows->value(0, 2), "sales");
    QVERIFY_ERROR(wrong, Error::Kind::Tls);
    QVERIFY2(wrong.error().what.contains(u"service shop"_s), describe(wrong.error()).constData());
}

void TestPgTls::tableOfAnotherSchemaIsFound()
{
    QVERIFY_RESULT(m_server->exec(
        u"CREATE SCHEMA sales; CREATE TABLE sales.orders_outboxevent"
        " (LIKE public.orders_outboxevent INCLUDING ALL);"
        "GRANT USAGE ON SCHEMA sales TO client; GRANT SELECT ON sales.orders_outboxevent TO client;"
        "INSERT INTO sales.orders_outboxevent (topic, payload, created_at)"
        " VALUES ('sale', '{}', now())"_s));
    OutboxSettings settings;
    settings.dsn = good();
    const auto ambiguous = makePgOutboxStore(settings, Access::Monitor);
    QVERIFY_ERROR(ambiguous, Error::Kind::Missing);
    QVERIFY(ambiguous.error().what.contains(u"orders_outboxevent, sales.orders_outboxevent"_s));
    settings.table = u"sales.orders_outboxevent"_s;
    const auto store = makePgOutboxStore(settings, Access::Monitor);
    QVERIFY_RESULT(store);
    const auto state = (*store)->state();
    QVERIFY_RESULT(state);
    QCOMPARE(state->unpublished, Count::exact(1));
    QVERIFY_RESULT(m_server->exec(u"DROP SCHEMA sales CASCADE"_s));
}

QTEST_GUILESS_MAIN(TestPgTls)
#include "tst_pgtls.moc"
