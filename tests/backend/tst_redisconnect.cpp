// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/rediserrors.h"
#include "brokers/redissession.h"
#include "core/lane.h"
#include "support/printers.h"
#include "support/scratchredis.h"
#include "support/service.h"

#include <unistd.h>

#include <QFile>
#include <QProcess>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

#include <thread>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// The session on real servers: every way to connect, and everything that can be wrong with it.
class TestRedisConnect : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void everyTransportAnswers_data();
    void everyTransportAnswers();
    void wrongSettingsSayWhatToDo_data();
    void wrongSettingsSayWhatToDo();
    void databasesAreApart();
    void forbiddenCommandsAreRefused();
    void aReplicaRefusesWrites();
    void aFullServerRefusesWrites();
    void tooManyClientsAreTriedAgainLater();
    void aLoadingServerIsTriedAgainLater();
    void aFrozenServerIsATimeout();
    void aKilledServerIsUnreachable();
    void aStopEndsAHandshake();
    void largePipelinesGoBothWays();
    void worksInALane();

private:
    Result<std::unique_ptr<RedisSession>> open(
        const QString& url, const TlsSettings& tls = {}, Access access = Access::Operate) const;
    QString tcpUrl(const QString& login, const QString& database = u"0"_s) const;
    TlsSettings trusted() const;
    Result<void> makeFiles();

    std::unique_ptr<ScratchRedis> m_server; ///< Everything but client certificates.
    std::unique_ptr<ScratchRedis> m_strict; ///< Asks for client certificates.
    std::unique_ptr<ScratchRedis> m_expired;
    QString m_ed25519;
    QString m_notPem;
};

void TestRedisConnect::initTestCase()
{
    auto started = ScratchRedis::start(
        {.tcp = true,
         .tls = true,
         .settings = {
             u"user ann on >s3cr3t-word-right ~* &* +@all"_s,
             u"user reader on >s3cr3t-word ~* +xinfo +xlen"_s,
             u"user gone off >s3cr3t-word ~* +@all"_s}});
    REQUIRE_SERVICE(started);
    m_server = std::move(*started);
    auto strict = ScratchRedis::start(
        {.tls = true,
         .clientCertificates = true,
         .settings = {u"requirepass s3cr3t-word-right"_s}});
    REQUIRE_SERVICE(strict);
    m_strict = std::move(*strict);
    auto expired = ScratchRedis::start({.tls = true, .expiredCertificate = true});
    REQUIRE_SERVICE(expired);
    m_expired = std::move(*expired);
    QVERIFY_RESULT(makeFiles());
}

Result<void> TestRedisConnect::makeFiles()
{
    m_ed25519 = m_server->folder() + u"/ed25519.key";
    m_notPem = m_server->folder() + u"/redis.conf";
    const QStringList arguments{u"genpkey"_s, u"-algorithm"_s, u"ed25519"_s, u"-out"_s, m_ed25519};
    return QProcess::execute(u"openssl"_s, arguments) == 0
               ? Result<void>()
               : Error{Error::Kind::Missing, u"openssl failed."_s, {}};
}

Result<std::unique_ptr<RedisSession>> TestRedisConnect::open(
    const QString& url, const TlsSettings& tls, Access access) const
{
    const auto endpoint = parseRedisUrl(url, tls);
    if (!endpoint)
        return endpoint.error();
    RedisSession::Options options;
    options.access = access;
    options.connectDeadline = 2s;
    options.callDeadline = 2s;
    return RedisSession::open(*endpoint, options);
}

QString TestRedisConnect::tcpUrl(const QString& login, const QString& database) const
{
    return u"redis://"_s + login + u"127.0.0.1:%1/"_s.arg(m_server->port()) + database;
}

TlsSettings TestRedisConnect::trusted() const
{
    return {m_server->certificates().authority, {}, {}, {}};
}

void TestRedisConnect::everyTransportAnswers_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<QStringList>("tls");
    const QString authority = m_server->certificates().authority;
    const ScratchCertificates& strict = m_strict->certificates();
    const auto elliptic =
        ScratchCertificates::issue(m_strict->folder(), {.name = u"client2"_s, .ellipticKey = true});
    QVERIFY_RESULT(elliptic);
    const QString strictUrl =
        u"rediss://:s3cr3t-word-right@localhost:%1"_s.arg(m_strict->tlsPort());
    const QStringList none{{}, {}, {}, {}};
    QTest::newRow("unix socket") << m_server->url() << none;
    QTest::newRow("unix socket with a user")
        << QString(u"unix://ann:s3cr3t-word-right@"_s + m_server->socketPath()) << none;
    QTest::newRow("TCP") << m_server->tcpUrl() << none;
    QTest::newRow("TCP by name") << u"redis://localhost:%1"_s.arg(m_server->port()) << none;
    QTest::newRow("a user") << tcpUrl(u"ann:s3cr3t-word-right@"_s) << none;
    QTest::newRow("a user who may not even ping") << tcpUrl(u"reader:s3cr3t-word@"_s) << none;
    QTest::newRow("TLS") << m_server->tlsUrl() << QStringList{authority, {}, {}, {}};
    QTest::newRow("TLS to an address, the certificate is for that address too")
        << u"rediss://127.0.0.1:%1"_s.arg(m_server->tlsPort())
        << QStringList{authority, {}, {}, {}};
    QTest::newRow("TLS to an address, with the name in the certificate")
        << u"rediss://127.0.0.1:%1"_s.arg(m_server->tlsPort())
        << QStringList{authority, {}, {}, u"localhost"_s};
    QTest::newRow("TLS with an RSA client certificate and a password")
        << strictUrl
        << QStringList{strict.authority, strict.clientCertificate, strict.clientKey, {}};
    QTest::newRow("TLS with an EC client certificate and a password")
        << strictUrl << QStringList{strict.authority, elliptic->certificate, elliptic->key, {}};
}

void TestRedisConnect::everyTransportAnswers()
{
    QFETCH(QString, url);
    QFETCH(QStringList, tls);
    const auto session = open(url, {tls[0], tls[1], tls[2], tls[3]});
    QVERIFY_RESULT(session);
    const auto reply = (*session)->run({"XLEN", "nowhere"});
    QVERIFY_RESULT(reply);
    QCOMPARE(reply->integer, 0);
}

void TestRedisConnect::wrongSettingsSayWhatToDo_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<QStringList>("tls");
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("help");
    const auto row = [](const char* name,
                        const QString& url,
                        const QStringList& tls,
                        Error::Kind kind,
                        const QString& help) {
        QTest::newRow(name) << url << tls << int(kind) << help;
    };
    const QStringList none{{}, {}, {}, {}};
    const QString ca = m_server->certificates().authority;
    const QStringList trusting{ca, {}, {}, {}};
    const QString tls = m_server->tlsUrl();
    const ScratchCertificates& strict = m_strict->certificates();
    const auto foreign = ScratchCertificates::issue(
        m_strict->folder(), {.name = u"client3"_s, .foreignAuthority = true});
    QVERIFY_RESULT(foreign);
    const auto old =
        ScratchCertificates::issue(m_strict->folder(), {.name = u"client4"_s, .expired = true});
    QVERIFY_RESULT(old);

    row("nobody listens", u"redis://127.0.0.1:1"_s, none, Error::Kind::Unreachable, u"Start it"_s);
    row("no such host",
        u"redis://no-such-host.invalid"_s,
        none,
        Error::Kind::Unreachable,
        u"no-such-host.invalid"_s);
    row("no such socket",
        u"unix:///tmp/no/such.sock"_s,
        none,
        Error::Kind::Unreachable,
        u"unixsocket"_s);
    row("a socket file that nobody serves",
        QString(u"unix://"_s + m_notPem),
        none,
        Error::Kind::Unreachable,
        u"Start it"_s);
    row("a path too long for a socket",
        QString(u"unix:///tmp/"_s + QString(200, u'x')),
        none,
        Error::Kind::Unreachable,
        u"correct"_s);
    row("plain to a TLS port",
        u"redis://127.0.0.1:%1"_s.arg(m_server->tlsPort()),
        none,
        Error::Kind::Unreachable,
        u"write rediss://"_s);
    row("TLS to a plain port",
        u"rediss://localhost:%1"_s.arg(m_server->port()),
        trusting,
        Error::Kind::Tls,
        u"write redis://"_s);
    row("no client certificate",
        m_strict->tlsUrl(),
        {strict.authority, {}, {}, {}},
        Error::Kind::Tls,
        u"requires a client certificate"_s);
    row("a client certificate from elsewhere",
        m_strict->tlsUrl(),
        {strict.authority, foreign->certificate, foreign->key, {}},
        Error::Kind::Tls,
        u"refused the client certificate"_s);
    row("an expired client certificate",
        m_strict->tlsUrl(),
        {strict.authority, old->certificate, old->key, {}},
        Error::Kind::Tls,
        u"it has expired"_s);
    row("an authority that did not sign",
        tls,
        {m_server->certificates().foreignAuthority, {}, {}, {}},
        Error::Kind::Tls,
        u"tls.ca"_s);
    row("no authority but the system's", tls, none, Error::Kind::Tls, u"tls.ca"_s);
    row("another name",
        tls,
        {ca, {}, {}, u"redis.example"_s},
        Error::Kind::Tls,
        u"tls.server_name"_s);
    row("an expired certificate",
        m_expired->tlsUrl(),
        {m_expired->certificates().authority, {}, {}, {}},
        Error::Kind::Tls,
        u"Renew"_s);
    row("a missing CA file",
        tls,
        {u"/no/ca.pem"_s, {}, {}, {}},
        Error::Kind::Missing,
        u"/no/ca.pem"_s);
    row("a CA file without a certificate", tls, {m_notPem, {}, {}, {}}, Error::Kind::Tls, m_notPem);
    row("a certificate without its key",
        tls,
        {ca, strict.clientCertificate, {}, {}},
        Error::Kind::Refused,
        u"tls.key"_s);
    row("a missing key file",
        tls,
        {ca, strict.clientCertificate, u"/no/key.pem"_s, {}},
        Error::Kind::Missing,
        u"/no/key.pem"_s);
    row("a kind of key that Qt cannot use",
        tls,
        {ca, strict.clientCertificate, m_ed25519, {}},
        Error::Kind::Tls,
        u"RSA or EC"_s);
    row("a key of another certificate",
        m_strict->tlsUrl(),
        {strict.authority, strict.clientCertificate, strict.serverKey, {}},
        Error::Kind::Tls,
        u"tls.key"_s);
    row("a wrong password", tcpUrl(u"ann:wrong@"_s), none, Error::Kind::Auth, u"Correct them"_s);
    row("an unknown user",
        tcpUrl(u"nobody:s3cr3t-word-right@"_s),
        none,
        Error::Kind::Auth,
        u"Correct them"_s);
    row("a user who is switched off",
        tcpUrl(u"gone:s3cr3t-word@"_s),
        none,
        Error::Kind::Auth,
        u"switched off"_s);
    row("a password that nobody asked for",
        tcpUrl(u":s3cr3t-word@"_s),
        none,
        Error::Kind::Auth,
        u"leave the password out"_s);
    row("no password",
        QString(u"unix://"_s + m_strict->socketPath()),
        none,
        Error::Kind::Auth,
        u"asks for a password"_s);
    row("a database that is not there",
        tcpUrl({}, u"99"_s),
        none,
        Error::Kind::Missing,
        u"Correct the number"_s);
}

void TestRedisConnect::wrongSettingsSayWhatToDo()
{
    QFETCH(QString, url);
    QFETCH(QStringList, tls);
    QFETCH(int, kind);
    QFETCH(QString, help);
    const auto session = open(url, {tls[0], tls[1], tls[2], tls[3]});
    QVERIFY_ERROR(session, Error::Kind(kind));
    const QByteArray text = describe(session.error());
    QVERIFY2(session.error().what.contains(help), text.constData());
    QVERIFY2(!text.contains("s3cr3t-word-right@") && !text.contains("wrong@"), text.constData());
}

void TestRedisConnect::databasesAreApart()
{
    const auto first = open(m_server->url(1));
    const auto second = open(tcpUrl(u"ann:s3cr3t-word-right@"_s, u"2"_s));
    QVERIFY_RESULT(first);
    QVERIFY_RESULT(second);
    QVERIFY_RESULT((*first)->run({"SET", "k", "one"}));
    QVERIFY((*second)->run({"GET", "k"})->isNil());
    QCOMPARE((*first)->run({"GET", "k"})->bytes, "one"_ba);
}

void TestRedisConnect::forbiddenCommandsAreRefused()
{
    const auto session = open(tcpUrl(u"reader:s3cr3t-word@"_s));
    QVERIFY_RESULT(session);
    const auto reply = (*session)->run({"XADD", "s", "*", "data", "1"});
    QVERIFY_ERROR(reply, Error::Kind::Refused);
    QVERIFY(hasRedisCode(reply.error(), "NOPERM"));
    QVERIFY_RESULT((*session)->run({"XLEN", "s"}));
}

void TestRedisConnect::aReplicaRefusesWrites()
{
    const auto replica =
        ScratchRedis::start({.settings = {u"replicaof 127.0.0.1 %1"_s.arg(m_server->port())}});
    QVERIFY_RESULT(replica);
    const auto session = open((*replica)->url());
    QVERIFY_RESULT(session);
    const auto reply = (*session)->run({"XADD", "s", "*", "data", "1"});
    QVERIFY_ERROR(reply, Error::Kind::Refused);
    QVERIFY2(reply.error().what.contains(u"primary"), describe(reply.error()).constData());
}

void TestRedisConnect::aFullServerRefusesWrites()
{
    const auto full = ScratchRedis::start({.settings = {u"maxmemory 1"_s}});
    QVERIFY_RESULT(full);
    const auto session = open((*full)->url());
    QVERIFY_RESULT(session);
    const auto reply = (*session)->run({"XADD", "s", "*", "data", "1"});
    QVERIFY_ERROR(reply, Error::Kind::Refused);
    QVERIFY2(reply.error().what.contains(u"out of memory"), describe(reply.error()).constData());
}

void TestRedisConnect::tooManyClientsAreTriedAgainLater()
{
    const auto crowded = ScratchRedis::start({.settings = {u"maxclients 1"_s}});
    QVERIFY_RESULT(crowded);
    // The connection that looked whether the server is up may take a moment to be gone.
    QTRY_VERIFY(open((*crowded)->url()).has_value());
    std::optional<Result<std::unique_ptr<RedisSession>>> first;
    QTRY_VERIFY((first = open((*crowded)->url()))->has_value());
    const auto second = open((*crowded)->url());
    QVERIFY_ERROR(second, Error::Kind::Unreachable);
    QVERIFY2(second.error().what.contains(u"maxclients"), describe(second.error()).constData());
}

/// On a stand-in, because loading cannot be made to last.
void TestRedisConnect::aLoadingServerIsTriedAgainLater()
{
    QTcpServer listener;
    QVERIFY(listener.listen(QHostAddress::LocalHost));
    const quint16 port = listener.serverPort();
    const int descriptor = dup(int(listener.socketDescriptor()));
    listener.close();
    std::thread server([descriptor] {
        QTcpServer standIn;
        standIn.setSocketDescriptor(descriptor);
        if (!standIn.waitForNewConnection(10'000))
            return;
        const std::unique_ptr<QTcpSocket> client(standIn.nextPendingConnection());
        client->waitForReadyRead(10'000);
        client->write("-LOADING Redis is loading the dataset in memory\r\n+OK\r\n");
        client->waitForBytesWritten(10'000);
        client->waitForDisconnected(10'000);
    });
    const auto session = open(u"redis://127.0.0.1:%1"_s.arg(port));
    server.join();
    QVERIFY_ERROR(session, Error::Kind::Unreachable);
    QVERIFY2(session.error().what.contains(u"loading"), describe(session.error()).constData());
}

void TestRedisConnect::aFrozenServerIsATimeout()
{
    const auto frozen = ScratchRedis::start();
    QVERIFY_RESULT(frozen);
    const auto endpoint = parseRedisUrl((*frozen)->url());
    QVERIFY_RESULT(endpoint);
    RedisSession::Options options;
    options.callDeadline = 200ms;
    const auto session = RedisSession::open(*endpoint, options);
    QVERIFY_RESULT(session);
    (*frozen)->freeze();
    QVERIFY_ERROR((*session)->run({"PING"}), Error::Kind::Timeout);
    QVERIFY(!(*session)->isUsable());
    QVERIFY_ERROR(RedisSession::open(*endpoint, options), Error::Kind::Timeout);
    (*frozen)->thaw();
    QVERIFY_ERROR((*session)->run({"PING"}), Error::Kind::Timeout);
    QVERIFY_RESULT(RedisSession::open(*endpoint, options));
}

void TestRedisConnect::aKilledServerIsUnreachable()
{
    const auto server = ScratchRedis::start({.tcp = true});
    QVERIFY_RESULT(server);
    const auto viaSocket = open((*server)->url());
    const auto viaTcp = open((*server)->tcpUrl());
    QVERIFY_RESULT(viaSocket);
    QVERIFY_RESULT(viaTcp);
    (*server)->crash();
    for (const auto* session : {&viaSocket, &viaTcp}) {
        QVERIFY_ERROR((**session)->run({"PING"}), Error::Kind::Unreachable);
        QVERIFY(!(**session)->isUsable());
    }
    QVERIFY_ERROR(open((*server)->tcpUrl()), Error::Kind::Unreachable);
    QVERIFY_RESULT((*server)->restart());
    QVERIFY_RESULT(open((*server)->tcpUrl()));
}

void TestRedisConnect::aStopEndsAHandshake()
{
    // The system accepts the connection; nobody ever answers.
    QTcpServer silent;
    QVERIFY(silent.listen(QHostAddress::LocalHost));
    const auto endpoint = parseRedisUrl(u"rediss://127.0.0.1:%1"_s.arg(silent.serverPort()));
    QVERIFY_RESULT(endpoint);
    std::stop_source stop;
    RedisSession::Options options;
    options.connectDeadline = 60s;
    options.stop = stop.get_token();
    std::thread stopper([&stop] {
        std::this_thread::sleep_for(50ms);
        stop.request_stop();
    });
    const auto session = RedisSession::open(*endpoint, options);
    stopper.join();
    QVERIFY_ERROR(session, Error::Kind::Cancelled);
}

void TestRedisConnect::largePipelinesGoBothWays()
{
    for (const QString& url : {m_server->url(), m_server->tcpUrl(), m_server->tlsUrl()}) {
        const auto session = open(url, url.startsWith(u"rediss") ? trusted() : TlsSettings());
        QVERIFY_RESULT(session);
        std::vector<RedisCommand> commands;
        for (int number = 0; number < 200; ++number) {
            const QByteArray text(100'000, char('a' + number % 26));
            commands.push_back({"ECHO", text});
        }
        const auto results = (*session)->pipeline(commands);
        for (size_t index = 0; index < results.size(); ++index) {
            QVERIFY_RESULT(results[index]);
            QVERIFY(results[index]->bytes == commands[index][1]);
        }
    }
}

void TestRedisConnect::worksInALane()
{
    const auto endpoint = parseRedisUrl(m_server->tlsUrl(), trusted());
    QVERIFY_RESULT(endpoint);
    Lane<RedisSession> lane(u"redis"_s, [endpoint = *endpoint](std::stop_token stop) {
        RedisSession::Options options;
        options.stop = std::move(stop);
        return RedisSession::open(endpoint, options);
    });
    auto answer = lane.run([](RedisSession& session) { return session.run({"PING"}); });
    answer.waitForFinished();
    QVERIFY_RESULT(answer.result());
    QCOMPARE(answer.result()->bytes, "PONG"_ba);
}

QTEST_GUILESS_MAIN(TestRedisConnect)
#include "tst_redisconnect.moc"
