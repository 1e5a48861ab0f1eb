// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/broker.h"
#include "ledger/ledger.h"
#include "net/ssherrors.h"
#include "net/sshroutes.h"
#include "net/sshtunnel.h"
#include "outbox/outboxstore.h"
#include "services/backends.h"
#include "services/celeryrelay.h"
#include "services/poller.h"
#include "settings/secretstore.h"
#include "support/scratchpostgres.h"
#include "support/scratchredis.h"
#include "support/scratchssh.h"
#include "support/service.h"

#include <signal.h>
#include <unistd.h>

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>

#include <future>
#include <thread>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

bool always()
{
    return true;
}

/// Processes called ssh that this test's process started, and that still run.
QList<pid_t> tunnels()
{
    QList<pid_t> found;
    for (const QString& name : QDir(u"/proc"_s).entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        QFile file(u"/proc/%1/stat"_s.arg(name));
        if (name.toInt() <= 0 || !file.open(QIODevice::ReadOnly))
            continue;
        const QList<QByteArray> fields = file.readAll().split(' ');
        if (fields.value(1) == "(ssh)" && fields.value(2) != "Z"
            && fields.value(3).toInt() == getpid())
            found << name.toInt();
    }
    return found;
}

bool accepts(const NetPlace& place)
{
    QTcpSocket socket;
    socket.connectToHost(QHostAddress(place.host), place.port);
    return socket.waitForConnected(500);
}

} // namespace

/// The system's ssh against a private SSH server.
class TestSshTunnel : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void cleanup();
    void argumentsAreAVector();
    void wordsThatSshWouldMisreadAreRefused_data();
    void wordsThatSshWouldMisreadAreRefused();
    void forwardsBothWays();
    void theAgentsKeyWorks();
    void jumpHostsWork();
    void refusalsSayWhy_data();
    void refusalsSayWhy();
    void serverThatTheHostDoesNotReachIsNamed();
    void stopEndsTheWaiting();
    void tunnelEndsWithItsOwner();
    void tunnelEndsWhenItsProcessIsKilled();
    void routesAreSharedAndOpenedAgain();
    void failedRoutesWaitBeforeTheNextAttempt();
    void postgresIsVerifiedThroughTheTunnel();
    void redisIsVerifiedThroughTheTunnel();
    void droppedTunnelIsWellInTheNextRound();
    void celeryTaskIsEnqueuedThroughTheTunnel();

private:
    Profile profile() const;

    std::unique_ptr<ScratchSsh> m_ssh;
    std::unique_ptr<ScratchPostgres> m_postgres;
    std::unique_ptr<ScratchRedis> m_redis;
    QTemporaryDir m_folder;
};

void TestSshTunnel::initTestCase()
{
    auto ssh = ScratchSsh::start();
    REQUIRE_SERVICE(ssh);
    m_ssh = std::move(*ssh);
    auto postgres = ScratchPostgres::start({.tls = true});
    REQUIRE_SERVICE(postgres);
    m_postgres = std::move(*postgres);
    QVERIFY_RESULT(
        m_postgres->exec(u"CREATE ROLE reader LOGIN SUPERUSER PASSWORD 's3cr3t-word'"_s));
    QVERIFY_RESULT(m_postgres->createSeedSchema());
    QVERIFY_RESULT(m_postgres->addEvents(u"order.paid"_s, 3));
    auto redis = ScratchRedis::start({.tcp = true, .tls = true});
    REQUIRE_SERVICE(redis);
    m_redis = std::move(*redis);
    QVERIFY_RESULT(m_redis->addEntries("order.paid", 2));
}

void TestSshTunnel::cleanup()
{
    QCOMPARE(tunnels().size(), 0);
}

/// Everything through the tunnel, TLS verified by the names of the servers, the password from a
/// password file that knows the server's own port.
Profile TestSshTunnel::profile() const
{
    QFile file(m_folder.filePath(u"pgpass"_s));
    if (file.open(QIODevice::WriteOnly))
        file.write(
            u"localhost:%1:postgres:reader:s3cr3t-word\n"_s.arg(m_postgres->port()).toUtf8());
    file.close();
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    Profile profile;
    profile.name = u"shop"_s;
    profile.outbox.dsn =
        u"host=localhost port=%1 user=reader dbname=postgres sslmode=verify-full sslrootcert=%2 passfile=%3"_s
            .arg(m_postgres->port())
            .arg(m_postgres->authorityFile(), file.fileName());
    profile.outbox.ssh = m_ssh->settings();
    LedgerSettings ledger;
    ledger.table = u"billing_processedevent"_s;
    profile.ledgers = {ledger};
    profile.broker.url = m_redis->tlsUrl();
    profile.broker.tls.ca = m_redis->certificates().authority;
    profile.broker.ssh = m_ssh->settings();
    return profile;
}

void TestSshTunnel::argumentsAreAVector()
{
    SshSettings settings;
    settings.host = u"bastion"_s;
    settings.user = u"ann"_s;
    settings.port = 2222;
    settings.key = u"/keys/my key"_s;
    settings.jump = u"gate:22,second"_s;
    const QStringList arguments =
        sshArguments(settings, {u"127.1.2.3"_s, 5432}, {u"fd00::1"_s, 5432});
    const QString text = arguments.join(u'|');
    for (const QString& part :
         {u"-N"_s,
          u"-o|BatchMode=yes"_s,
          u"-o|ExitOnForwardFailure=yes"_s,
          u"-o|ServerAliveInterval=5"_s,
          u"-l|ann"_s,
          u"-p|2222"_s,
          u"-i|/keys/my key"_s,
          u"-J|gate:22,second"_s,
          u"-L|127.1.2.3:5432:[fd00::1]:5432"_s,
          u"--|bastion"_s})
        QVERIFY2(text.contains(part), qPrintable(part));
    QCOMPARE(arguments.last(), u"bastion"_s);
}

void TestSshTunnel::wordsThatSshWouldMisreadAreRefused_data()
{
    QTest::addColumn<SshSettings>("settings");
    QTest::addColumn<QString>("words");
    SshSettings settings;
    settings.host = u"-oProxyCommand=touch /tmp/x"_s;
    QTest::newRow("host that is an option") << settings << u"\"outbox.ssh.host\""_s;
    settings.host = u"bastion extra"_s;
    QTest::newRow("host with a blank") << settings << u"\"outbox.ssh.host\""_s;
    settings.host = u"bastion"_s;
    settings.user = u"-l"_s;
    QTest::newRow("user that is an option") << settings << u"\"outbox.ssh.user\""_s;
    settings.user = QString();
    settings.jump = u"-J"_s;
    QTest::newRow("jump host that is an option") << settings << u"\"outbox.ssh.jump\""_s;
    settings.jump = QString();
    settings.port = 70'000;
    QTest::newRow("port that is none") << settings << u"\"outbox.ssh.port\""_s;
    settings.port = 22;
    settings.host = QString();
    QTest::newRow("no host") << settings << u"\"outbox.ssh.host\" is missing"_s;
}

void TestSshTunnel::wordsThatSshWouldMisreadAreRefused()
{
    QFETCH(SshSettings, settings);
    QFETCH(QString, words);
    const auto checked = checkSsh(settings, u"outbox.ssh"_s);
    QVERIFY_ERROR(checked, Error::Kind::Refused);
    QVERIFY2(checked.error().what.contains(words), describe(checked.error()).constData());
    QVERIFY_ERROR(SshTunnel::open(settings, {u"h"_s, 1}, always), Error::Kind::Refused);
}

void TestSshTunnel::forwardsBothWays()
{
    QTcpServer server;
    QVERIFY(server.listen(QHostAddress::LocalHost));
    const auto tunnel =
        SshTunnel::open(m_ssh->settings(), {u"127.0.0.1"_s, server.serverPort()}, always);
    QVERIFY_RESULT(tunnel);
    QCOMPARE((*tunnel)->near().port, server.serverPort());
    QVERIFY((*tunnel)->near().host != u"127.0.0.1"_s);
    QTcpSocket client;
    client.connectToHost(QHostAddress((*tunnel)->near().host), (*tunnel)->near().port);
    QVERIFY(client.waitForConnected());
    client.write("ping");
    QByteArray heard;
    QList<QTcpSocket*> accepted;
    // The first connection is the one that found out whether the tunnel stands.
    QTRY_VERIFY([&] {
        while (QTcpSocket* next = server.nextPendingConnection())
            accepted << next;
        for (QTcpSocket* socket : std::as_const(accepted))
            heard += socket->readAll();
        return heard == "ping";
    }());
    accepted.last()->write("pong");
    QTRY_COMPARE(client.bytesAvailable(), 4);
    QCOMPARE(client.readAll(), "pong");
}

void TestSshTunnel::theAgentsKeyWorks()
{
    const QString socket = m_folder.filePath(u"agent"_s);
    QProcess agent;
    agent.start(u"ssh-agent"_s, {u"-D"_s, u"-a"_s, socket});
    QVERIFY(agent.waitForStarted());
    QTRY_VERIFY(QFile::exists(socket));
    const QByteArray before = qgetenv("SSH_AUTH_SOCK");
    const NetPlace server{u"127.0.0.1"_s, m_postgres->port()};
    qputenv("SSH_AUTH_SOCK", QFile::encodeName(socket));
    const auto empty = SshTunnel::open(m_ssh->agentSettings(), server, always);
    const int added = QProcess::execute(u"ssh-add"_s, {u"-q"_s, m_ssh->keyFile()});
    {
        const auto full = SshTunnel::open(m_ssh->agentSettings(), server, always);
        if (before.isEmpty())
            qunsetenv("SSH_AUTH_SOCK");
        else
            qputenv("SSH_AUTH_SOCK", before);
        agent.kill();
        agent.waitForFinished();
        QVERIFY_ERROR(empty, Error::Kind::Auth);
        QCOMPARE(added, 0);
        QVERIFY_RESULT(full);
    }
}

void TestSshTunnel::jumpHostsWork()
{
    SshSettings settings = m_ssh->settings();
    settings.jump = u"localhost:%1"_s.arg(m_ssh->port());
    const auto tunnel = SshTunnel::open(settings, {u"127.0.0.1"_s, m_postgres->port()}, always);
    QVERIFY_RESULT(tunnel);
    QVERIFY(accepts((*tunnel)->near()));
}

void TestSshTunnel::refusalsSayWhy_data()
{
    using Kind = Error::Kind;
    QTest::addColumn<SshSettings>("settings");
    QTest::addColumn<Error::Kind>("kind");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("another host key")
        << m_ssh->wrongHostKeySettings() << Kind::Refused
        << u"The host key of SSH host 127.0.0.1 is not the one in known_hosts: it was set up anew, "
           "or somebody stands in between. Ask its administrator before you correct known_hosts."_s;
    QTest::newRow("unknown host key")
        << m_ssh->unknownHostKeySettings() << Kind::Refused
        << u"The host key of SSH host 127.0.0.1 is not known here. Log in there once with ssh and "
           "compare the key, then try again."_s;
    QTest::newRow("key that is not accepted")
        << m_ssh->strangerSettings() << Kind::Auth
        << u"SSH host 127.0.0.1 refused the login. Load the right key into the agent (ssh-add), or "
           "correct \"ssh.user\" and \"ssh.key\" in the profile."_s;
    SshSettings settings = m_ssh->agentSettings();
    settings.key = u"/nonexistent/key"_s;
    QTest::newRow("missing key file")
        << settings << Kind::Missing
        << u"The private key for SSH host 127.0.0.1 cannot be read. Correct \"ssh.key\" in the "
           "profile."_s;
    const QString open = m_folder.filePath(u"open-key"_s);
    QFile::copy(m_ssh->keyFile(), open);
    QFile::setPermissions(open, QFile::ReadOwner | QFile::WriteOwner | QFile::ReadOther);
    settings.key = open;
    QTest::newRow("key file that others can read")
        << settings << Kind::Refused
        << u"The private key for SSH host 127.0.0.1 can be read by others, so ssh does not use it. "
           "Set its mode to 0600."_s;
    settings = m_ssh->settings();
    settings.host = u"no-such-host.invalid"_s;
    QTest::newRow("unknown name")
        << settings << Kind::Unreachable
        << u"The name of SSH host no-such-host.invalid, or of a jump host, is not known. Correct "
           "\"ssh\" in the profile."_s;
    settings = m_ssh->settings();
    settings.port = 1;
    QTest::newRow("nobody listens")
        << settings << Kind::Unreachable
        << u"No SSH server listens at 127.0.0.1. Correct \"ssh.host\" and \"ssh.port\" in the "
           "profile."_s;
    settings = m_ssh->settings();
    settings.config = u"/nonexistent/config"_s;
    QTest::newRow("missing configuration")
        << settings << Kind::Missing
        << u"The ssh configuration for SSH host 127.0.0.1 cannot be read. Correct \"ssh.config\" "
           "in the profile."_s;
}

void TestSshTunnel::refusalsSayWhy()
{
    QFETCH(SshSettings, settings);
    QFETCH(Error::Kind, kind);
    QFETCH(QString, sentence);
    const auto tunnel = SshTunnel::open(settings, {u"127.0.0.1"_s, m_postgres->port()}, always);
    QVERIFY_ERROR(tunnel, kind);
    QVERIFY2(tunnel.error().what == sentence, describe(tunnel.error()).constData());
}

void TestSshTunnel::serverThatTheHostDoesNotReachIsNamed()
{
    Profile wrong = profile();
    wrong.outbox.dsn.replace(u"port=%1"_s.arg(m_postgres->port()), u"port=2"_s);
    const auto backends = makeBackends(wrong, nullptr);
    const auto store = backends->openOutbox(Access::Monitor, {});
    QVERIFY_ERROR(store, Error::Kind::Unreachable);
    QCOMPARE(
        store.error().what,
        u"SSH host 127.0.0.1 cannot reach localhost:2. Check that server, and its name and port as "
        "that host knows them."_s);
}

void TestSshTunnel::stopEndsTheWaiting()
{
    // Accepts connections and never says a word.
    QTcpServer silent;
    QVERIFY(silent.listen(QHostAddress::LocalHost));
    SshSettings settings = m_ssh->settings();
    settings.port = silent.serverPort();
    const SshRoutes routes(settings);
    std::stop_source stop;
    std::thread stopping([&] {
        while (tunnels().isEmpty()) {}
        stop.request_stop();
    });
    QElapsedTimer timer;
    timer.start();
    const auto route = routes.to({u"h"_s, 5432}, stop.get_token());
    stopping.join();
    QVERIFY_ERROR(route, Error::Kind::Cancelled);
    QVERIFY(timer.elapsed() < 5'000);
    QTRY_COMPARE(tunnels().size(), 0);
}

void TestSshTunnel::tunnelEndsWithItsOwner()
{
    auto tunnel = SshTunnel::open(m_ssh->settings(), {u"127.0.0.1"_s, m_postgres->port()}, always);
    QVERIFY_RESULT(tunnel);
    QCOMPARE(tunnels(), QList<pid_t>{static_cast<pid_t>((*tunnel)->processId())});
    tunnel->reset();
    QCOMPARE(tunnels().size(), 0);
}

void TestSshTunnel::tunnelEndsWhenItsProcessIsKilled()
{
    // A child of this test opens a tunnel and says which process it is.
    QProcess owner;
    owner.start(
        QCoreApplication::applicationFilePath(),
        {u"--hold-tunnel"_s,
         m_ssh->settings().config,
         QString::number(m_ssh->port()),
         QString::number(m_postgres->port())});
    QTRY_VERIFY_WITH_TIMEOUT(owner.canReadLine(), 20'000);
    const auto tunnel = static_cast<pid_t>(owner.readLine().trimmed().toLongLong());
    QVERIFY(tunnel > 0);
    QCOMPARE(kill(tunnel, 0), 0);
    owner.kill();
    QVERIFY(owner.waitForFinished());
    const auto hasEnded = [&] {
        QFile file(u"/proc/%1/stat"_s.arg(tunnel));
        return !file.open(QIODevice::ReadOnly) || file.readAll().contains(") Z ");
    };
    QTRY_VERIFY(hasEnded());
}

void TestSshTunnel::routesAreSharedAndOpenedAgain()
{
    const SshRoutes routes(m_ssh->settings());
    const NetPlace server{u"127.0.0.1"_s, m_postgres->port()};
    const auto first = routes.to(server, {});
    QVERIFY_RESULT(first);
    const auto second = routes.to(server, {});
    QVERIFY_RESULT(second);
    QCOMPARE(*second, *first);
    QCOMPARE(tunnels().size(), 1);
    const auto other = routes.to({u"127.0.0.1"_s, m_redis->port()}, {});
    QVERIFY_RESULT(other);
    QCOMPARE(tunnels().size(), 2);
    for (const pid_t process : tunnels())
        QCOMPARE(kill(process, SIGKILL), 0);
    QTRY_VERIFY(!accepts(*first));
    const auto again = routes.to(server, {});
    QVERIFY_RESULT(again);
    QVERIFY(accepts(*again));
}

void TestSshTunnel::failedRoutesWaitBeforeTheNextAttempt()
{
    QTcpServer gate;
    QVERIFY(gate.listen(QHostAddress::LocalHost));
    int visits = 0;
    connect(&gate, &QTcpServer::newConnection, this, [&] {
        ++visits;
        gate.nextPendingConnection()->abort();
    });
    SshSettings settings = m_ssh->settings();
    settings.port = gate.serverPort();
    const SshRoutes routes(settings);
    const auto ask = [&] {
        auto answer = std::async(std::launch::async, [&] { return routes.to({u"h"_s, 5432}, {}); });
        while (answer.wait_for(5ms) != std::future_status::ready)
            QCoreApplication::processEvents();
        return answer.get();
    };
    const auto first = ask();
    QVERIFY_ERROR(first, Error::Kind::Unreachable);
    const auto second = ask();
    QVERIFY_ERROR(second, Error::Kind::Unreachable);
    QCOMPARE(second.error(), first.error());
    QCOMPARE(visits, 1);
    QTRY_VERIFY(!ask() && visits == 2);
}

void TestSshTunnel::postgresIsVerifiedThroughTheTunnel()
{
    const auto backends = makeBackends(profile(), nullptr);
    const auto store = backends->openOutbox(Access::Monitor, {});
    QVERIFY_RESULT(store);
    const auto state = (*store)->state();
    QVERIFY_RESULT(state);
    QCOMPARE(state->unpublished, Count::exact(3));
    QVERIFY_RESULT(backends->openLedger(0, Access::Operate, {}));
    QCOMPARE(tunnels().size(), 1);
    QCOMPARE(
        m_postgres->value(u"SELECT bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)"
                          " WHERE usename = 'reader'"_s),
        "t");

    Profile wrong = profile();
    wrong.outbox.dsn += u" host=db.example hostaddr=127.0.0.1 password=s3cr3t-word"_s;
    const auto refused = makeBackends(wrong, nullptr)->openOutbox(Access::Monitor, {});
    QVERIFY_ERROR(refused, Error::Kind::Tls);
    QVERIFY(refused.error().what.contains(u"belongs to another host name"_s));
}

void TestSshTunnel::redisIsVerifiedThroughTheTunnel()
{
    const auto backends = makeBackends(profile(), nullptr);
    const auto broker = backends->openBroker(Access::Monitor, {});
    QVERIFY_RESULT(broker);
    QVERIFY_RESULT((*broker)->ping());
    Profile wrong = profile();
    wrong.broker.tls.serverName = u"redis.example"_s;
    const auto refused = makeBackends(wrong, nullptr)->openBroker(Access::Monitor, {});
    QVERIFY_ERROR(refused, Error::Kind::Tls);
    QVERIFY(refused.error().what.contains(u"is for another name"_s));
}

void TestSshTunnel::droppedTunnelIsWellInTheNextRound()
{
    Poller poller(makeBackends(profile(), nullptr), systemClock());
    const auto round = [&]() -> SnapshotPtr {
        QSignalSpy polled(&poller, &Poller::polled);
        poller.pollNow();
        return polled.wait(20'000) ? poller.latest() : nullptr;
    };
    const auto areWell = [](const SnapshotPtr& snapshot) {
        return snapshot
               && std::all_of(
                   snapshot->sources.begin(), snapshot->sources.end(), [](const auto& source) {
                       return source.isOk;
                   });
    };
    QVERIFY(areWell(round()));
    for (const pid_t process : tunnels())
        QCOMPARE(kill(process, SIGKILL), 0);
    const SnapshotPtr broken = round();
    QVERIFY(broken);
    QVERIFY(!areWell(broken));
    const SnapshotPtr after = round();
    QVERIFY2(areWell(after), "the round after the one that found the tunnels gone");
    QCOMPARE(after->outbox->unpublished, Count::exact(3));
}

void TestSshTunnel::celeryTaskIsEnqueuedThroughTheTunnel()
{
    CelerySettings settings{m_redis->tcpUrl(), u"celery"_s, u"orders.tasks.relay_outbox"_s};
    settings.ssh = m_ssh->settings();
    const auto receipt = enqueueRelayTask(settings, {}, u"test"_s, {});
    QVERIFY_RESULT(receipt);
    QCOMPARE(receipt->waiting, 1);
    QCOMPARE(m_redis->value({"LLEN", "celery"}), "1");
}

namespace {

/// What the test that kills a tunnel's owner starts.
int holdTunnel(const QStringList& arguments)
{
    SshSettings settings;
    settings.host = u"127.0.0.1"_s;
    settings.config = arguments.at(2);
    settings.port = arguments.at(3).toInt();
    const auto tunnel =
        SshTunnel::open(settings, {u"127.0.0.1"_s, arguments.at(4).toUShort()}, always);
    QTextStream(stdout) << (tunnel ? (*tunnel)->processId() : -1) << Qt::endl;
    return QCoreApplication::exec();
}

} // namespace

int main(int argc, char** argv)
{
    QCoreApplication application(argc, argv);
    if (application.arguments().value(1) == u"--hold-tunnel"_s)
        return holdTunnel(application.arguments());
    TestSshTunnel test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_sshtunnel.moc"
