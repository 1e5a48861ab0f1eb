// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/printers.h"
#include "support/scratchredis.h"
#include "support/service.h"

#include <QFile>
#include <QFileInfo>
#include <QTest>

using namespace outboard;
using namespace Qt::StringLiterals;

class TestScratchRedis : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void holdsPendingEntries();
    void keepsItsDataOverACrash();
    void standsStillWhenFrozen();
    void leavesNothingBehind();

private:
    std::unique_ptr<ScratchRedis> m_server;
};

void TestScratchRedis::initTestCase()
{
    auto started = ScratchRedis::start({.tcp = true, .tls = true, .persistent = true});
    REQUIRE_SERVICE(started);
    m_server = std::move(*started);
}

void TestScratchRedis::holdsPendingEntries()
{
    QVERIFY_RESULT(m_server->addEntries("order.paid", 3));
    QVERIFY_RESULT(m_server->consume("order.paid", "billing", "worker-1", 2));
    QCOMPARE(m_server->value({"XPENDING", "order.paid", "billing"}), "2");
    QVERIFY(m_server->value({"XPENDING", "order.paid", "email"}).startsWith("error: NOGROUP"));
    m_server->wipe();
    QCOMPARE(m_server->value({"DBSIZE"}), "0");
}

void TestScratchRedis::keepsItsDataOverACrash()
{
    QVERIFY_RESULT(m_server->addEntries("kept", 3));
    m_server->crash();
    QVERIFY_ERROR(m_server->client(), Error::Kind::Unreachable);
    QVERIFY_RESULT(m_server->restart());
    QCOMPARE(m_server->value({"XLEN", "kept"}), "3");
}

void TestScratchRedis::standsStillWhenFrozen()
{
    const auto state = [this] {
        QFile file(u"/proc/%1/stat"_s.arg(m_server->processId()));
        return file.open(QIODevice::ReadOnly) ? file.readAll().split(' ').value(2) : QByteArray();
    };
    m_server->freeze();
    QTRY_COMPARE(state(), "T");
    m_server->thaw();
    QTRY_VERIFY(state() != "T");
    QCOMPARE(m_server->value({"PING"}), "PONG");
}

void TestScratchRedis::leavesNothingBehind()
{
    const QString folder = m_server->folder();
    QVERIFY(QFileInfo::exists(m_server->certificates().authority));
    m_server.reset();
    QVERIFY(!QFileInfo::exists(folder));
}

QTEST_GUILESS_MAIN(TestScratchRedis)
#include "tst_scratchredis.moc"
