// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/sandbox.h"
#include "sandbox/sandboxdirectory.h"
#include "support/pgsession.h"
#include "support/redisclient.h"
#include "support/service.h"

#include <unistd.h>

#include <QDir>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QProcess>
#include <QTest>

#include <csignal>
#include <memory>

using namespace outboard;
using namespace Qt::StringLiterals;

namespace {

/// The traffic has a test of its own.
SandboxOptions serversOnly()
{
    SandboxOptions options;
    options.hasTraffic = false;
    options.historyOrders = 0;
    return options;
}

/// A process of its own that owns a sandbox.
struct Host
{
    QProcess process;
    qint64 postgres = 0;
    qint64 redis = 0;
    QString directory;

    Result<void> start(const QStringList& wrapper = {})
    {
        QStringList command = wrapper;
        command << QCoreApplication::applicationDirPath() + u"/sandboxhost"_s;
        process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        process.start(command.takeFirst(), command);
        if (!process.waitForReadyRead(30'000))
            return Error{Error::Kind::Timeout, u"the host said nothing"_s, process.errorString()};
        const QString line = QString::fromUtf8(process.readLine()).trimmed();
        const QStringList words = line.split(u' ');
        if (words.size() != 4 || words.first() != u"ready"_s)
            return Error{Error::Kind::Refused, u"the host has no sandbox"_s, line};
        postgres = words[1].toLongLong();
        redis = words[2].toLongLong();
        directory = words[3];
        return {};
    }
};

bool isAlive(qint64 process)
{
    if (::kill(pid_t(process), 0) != 0 && errno == ESRCH)
        return false;
    // A dead child that nobody has waited for yet (containers without an init) is dead all the
    // same.
    QFile stat(u"/proc/%1/stat"_s.arg(process));
    return !stat.open(QIODevice::ReadOnly) || !stat.readAll().contains(") Z ");
}

} // namespace

class TestSandbox : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void bothServersAnswer();
    void onlyTheOwnerMayEnterTheDirectory();
    void stoppingLeavesNothingBehind();
    void aDeadServerIsReported();
    void killingTheOwnerEndsBothServersAndTheNextStartSweeps();
    void runsForANormalUser();
    void aLivingSandboxIsNotSwept();
};

void TestSandbox::initTestCase()
{
    QElapsedTimer timer;
    timer.start();
    Sandbox sandbox;
    REQUIRE_SERVICE(sandbox.start());
    qInfo("started in %lld ms", timer.elapsed());
    timer.restart();
    sandbox.stop();
    qInfo("stopped in %lld ms", timer.elapsed());
}

void TestSandbox::bothServersAnswer()
{
    Sandbox sandbox(serversOnly());
    QVERIFY_RESULT(sandbox.start());
    QVERIFY(sandbox.isRunning());
    const Profile profile = sandbox.profile();
    QCOMPARE(profile.environment, Environment::Sandbox);
    auto database = PgSession::open(profile.outbox.dsn);
    QVERIFY_RESULT(database);
    for (const LedgerSettings& ledger : profile.ledgers)
        QCOMPARE((*database)->value(u"SELECT count(*) FROM "_s + ledger.table), "0");
    QCOMPARE((*database)->value(u"SELECT count(*) FROM "_s + profile.outbox.table), "0");
    for (const HandlerSettings& handler : profile.handlers) {
        if (handler.kind == u"sql"_s) {
            const QString known = u"SELECT to_regproc('%1') IS NOT NULL"_s.arg(handler.function);
            QCOMPARE((*database)->value(known), "t");
        }
    }
    auto redis = RedisClient::open(sandbox.directory() + u"/redis.sock"_s);
    QVERIFY_RESULT(redis);
    QCOMPARE((*redis)->value({"PING"}), "PONG");
}

void TestSandbox::onlyTheOwnerMayEnterTheDirectory()
{
    Sandbox sandbox(serversOnly());
    QVERIFY_RESULT(sandbox.start());
    const auto others = QFile::ReadGroup | QFile::WriteGroup | QFile::ExeGroup | QFile::ReadOther
                        | QFile::WriteOther | QFile::ExeOther;
    QVERIFY(!(QFileInfo(sandbox.directory()).permissions() & others));
}

void TestSandbox::stoppingLeavesNothingBehind()
{
    Sandbox sandbox(serversOnly());
    QVERIFY_RESULT(sandbox.start());
    const QString directory = sandbox.directory();
    const qint64 postgres = sandbox.postgresProcessId();
    const qint64 redis = sandbox.redisProcessId();
    QVERIFY(isAlive(postgres));
    QVERIFY(isAlive(redis));
    sandbox.stop();
    QVERIFY(!isAlive(postgres));
    QVERIFY(!isAlive(redis));
    QVERIFY(!QFileInfo::exists(directory));
    QVERIFY_RESULT(sandbox.start());
    QVERIFY(sandbox.isRunning());
}

void TestSandbox::aDeadServerIsReported()
{
    Sandbox sandbox(serversOnly());
    QVERIFY_RESULT(sandbox.start());
    QString what;
    connect(&sandbox, &Sandbox::serverDied, this, [&](const Error& error) { what = error.what; });
    ::kill(pid_t(sandbox.redisProcessId()), SIGKILL);
    QTRY_VERIFY(what.contains(u"Redis"_s));
    QVERIFY(!sandbox.isRunning());
}

void TestSandbox::killingTheOwnerEndsBothServersAndTheNextStartSweeps()
{
    Host host;
    QVERIFY_RESULT(host.start());
    QVERIFY(isAlive(host.postgres));
    QVERIFY(isAlive(host.redis));
    host.process.kill();
    QVERIFY(host.process.waitForFinished());
    QTRY_VERIFY(!isAlive(host.postgres));
    QTRY_VERIFY(!isAlive(host.redis));
    Sandbox sandbox(serversOnly());
    QVERIFY_RESULT(sandbox.start());
    QVERIFY(!QFileInfo::exists(host.directory));
}

void TestSandbox::runsForANormalUser()
{
    if (::geteuid() != 0)
        QSKIP("this test runs as a normal user already");
    Host host;
    QVERIFY_RESULT(host.start(
        {u"setpriv"_s, u"--reuid=nobody"_s, u"--regid=nogroup"_s, u"--clear-groups"_s, u"--"_s}));
    QCOMPARE(QFileInfo(host.directory).owner(), u"nobody"_s);
    QCOMPARE(QFileInfo(u"/proc/%1"_s.arg(host.postgres)).owner(), u"nobody"_s);
    host.process.closeWriteChannel();
    QVERIFY(host.process.waitForFinished());
    QCOMPARE(host.process.exitCode(), 0);
    QVERIFY(!isAlive(host.postgres));
    QVERIFY(!isAlive(host.redis));
    QVERIFY(!QFileInfo::exists(host.directory));
}

void TestSandbox::aLivingSandboxIsNotSwept()
{
    Sandbox sandbox(serversOnly());
    QVERIFY_RESULT(sandbox.start());
    Host host;
    QVERIFY_RESULT(host.start());
    QVERIFY(QFileInfo::exists(sandbox.directory()));
    QVERIFY(sandbox.isRunning());
    host.process.closeWriteChannel();
    QVERIFY(host.process.waitForFinished());
    QVERIFY(QFileInfo::exists(sandbox.directory()));
}

QTEST_GUILESS_MAIN(TestSandbox)
#include "tst_sandbox.moc"
