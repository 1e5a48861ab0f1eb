// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/printers.h"
#include "support/scratchpostgres.h"
#include "support/service.h"

#include <QFileInfo>
#include <QTest>

using namespace outboard;
using namespace Qt::StringLiterals;

class TestScratchPostgres : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void seedSchemaHoldsEvents();
    void outlivesACrashAndAStop();
    void asksForAPasswordOnTcp();
    void leavesNothingBehind();

private:
    std::unique_ptr<ScratchPostgres> m_server;
};

void TestScratchPostgres::initTestCase()
{
    auto started = ScratchPostgres::start({.tls = true});
    REQUIRE_SERVICE(started);
    m_server = std::move(*started);
}

void TestScratchPostgres::seedSchemaHoldsEvents()
{
    QVERIFY_RESULT(m_server->createSeedSchema(true));
    QVERIFY_RESULT(m_server->addEvents(u"order.paid"_s, 3));
    QCOMPARE(m_server->value(u"SELECT count(*) FROM orders_outboxevent"_s), "3");
    QVERIFY_RESULT(m_server->wipe());
    QVERIFY(m_server->value(u"SELECT count(*) FROM orders_outboxevent"_s).startsWith("error"));
}

void TestScratchPostgres::outlivesACrashAndAStop()
{
    QVERIFY_RESULT(m_server->exec(u"CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)"_s));
    m_server->crash();
    QVERIFY_ERROR(m_server->session(), Error::Kind::Unreachable);
    QVERIFY_RESULT(m_server->restart());
    QCOMPARE(m_server->value(u"SELECT n FROM kept"_s), "7");
    m_server->stop();
    QVERIFY_ERROR(m_server->session(), Error::Kind::Unreachable);
    QVERIFY_RESULT(m_server->restart());
    QCOMPARE(m_server->value(u"SELECT n FROM kept"_s), "7");
}

void TestScratchPostgres::asksForAPasswordOnTcp()
{
    QVERIFY_RESULT(m_server->exec(u"CREATE ROLE reader LOGIN PASSWORD 's3cr3t-word-right'"_s));
    const QString verified = u" sslmode=verify-full sslrootcert="_s + m_server->authorityFile();
    const auto opened =
        PgSession::open(m_server->tcpDsn(u"reader"_s, u"s3cr3t-word-right"_s) + verified);
    QVERIFY_RESULT(opened);
    QVERIFY_ERROR(
        PgSession::open(m_server->tcpDsn(u"reader"_s, u"wrong"_s) + verified),
        Error::Kind::Unreachable);
}

void TestScratchPostgres::leavesNothingBehind()
{
    const QString folder = m_server->socketFolder();
    QVERIFY(QFileInfo::exists(folder));
    m_server.reset();
    QVERIFY(!QFileInfo::exists(folder));
}

QTEST_GUILESS_MAIN(TestScratchPostgres)
#include "tst_scratchpostgres.moc"
