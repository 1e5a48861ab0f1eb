// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/scratchredis.h"

#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <QDeadlineTimer>
#include <QDir>
#include <QFile>
#include <QProcess>
#include <QStandardPaths>
#include <QTcpServer>
#include <QTemporaryDir>

#include <utility>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

/// Runs between fork and exec: only async-signal-safe calls.
void becomeServer()
{
    for (int number = 1; number < 32; ++number)
        signal(number, SIG_DFL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
}

Result<quint16> freePort()
{
    QTcpServer probe;
    if (!probe.listen(QHostAddress::LocalHost))
        return Error{Error::Kind::Refused, u"No free TCP port."_s, probe.errorString()};
    return probe.serverPort();
}

} // namespace

struct ScratchRedis::Private
{
    QTemporaryDir folder{QDir::tempPath() + u"/ob-redis-XXXXXX"_s};
    Options options;
    quint16 port = 0;
    quint16 tlsPort = 0;
    ScratchCertificates certificates;
    std::unique_ptr<QProcess> server;
    mutable std::unique_ptr<RedisClient> kept;

    QString socket() const { return folder.filePath(u"redis.sock"_s); }

    QString log() const
    {
        QFile file(folder.filePath(u"server.log"_s));
        return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll().right(2000))
                                              : QString();
    }

    Result<void> prepare();
    Result<QStringList> tlsSettings();
    Result<void> writeSettings(const QStringList& more) const;
    Result<void> run();
    void end(int signalNumber);
    RedisClient* client() const;
};

Result<void> ScratchRedis::Private::prepare()
{
    if (QStandardPaths::findExecutable(u"redis-server"_s).isEmpty())
        return Error{Error::Kind::Missing, u"redis-server is not installed."_s, {}};
    const auto found = freePort();
    if (options.tcp && !found)
        return found.error();
    port = options.tcp ? *found : 0;
    const auto more = tlsSettings();
    return more ? writeSettings(*more) : more.error();
}

Result<QStringList> ScratchRedis::Private::tlsSettings()
{
    if (!options.tls)
        return QStringList();
    const auto found = freePort();
    if (!found)
        return found.error();
    tlsPort = *found;
    auto made = ScratchCertificates::make(folder.path());
    if (!made)
        return made.error();
    certificates = *made;
    if (options.expiredCertificate) {
        const auto expired =
            ScratchCertificates::issue(folder.path(), {.name = u"localhost"_s, .expired = true});
        if (!expired)
            return expired.error();
        certificates.serverCertificate = expired->certificate;
        certificates.serverKey = expired->key;
    }
    return QStringList{
        QString(u"tls-port "_s + QString::number(tlsPort)),
        QString(u"tls-cert-file "_s + certificates.serverCertificate),
        QString(u"tls-key-file "_s + certificates.serverKey),
        QString(u"tls-ca-cert-file "_s + certificates.authority),
        options.clientCertificates ? u"tls-auth-clients yes"_s : u"tls-auth-clients no"_s};
}

Result<void> ScratchRedis::Private::writeSettings(const QStringList& more) const
{
    const QStringList lines =
        QStringList{
            u"bind 127.0.0.1"_s,
            QString(u"port "_s + QString::number(port)),
            QString(u"unixsocket "_s + socket()),
            QString(u"dir "_s + folder.path()),
            u"save \"\""_s,
            options.persistent ? u"appendonly yes"_s : u"appendonly no"_s,
            u"appendfsync always"_s,
            u"databases 4"_s}
        + more + options.settings;
    QFile file(folder.filePath(u"redis.conf"_s));
    if (!file.open(QIODevice::WriteOnly) || file.write(lines.join(u'\n').toUtf8() + '\n') < 0)
        return Error{Error::Kind::Internal, u"redis.conf cannot be written."_s, file.fileName()};
    return {};
}

Result<void> ScratchRedis::Private::run()
{
    server = std::make_unique<QProcess>();
    server->setStandardOutputFile(folder.filePath(u"server.log"_s), QIODevice::Append);
    server->setStandardErrorFile(folder.filePath(u"server.log"_s), QIODevice::Append);
    server->setChildProcessModifier([] { becomeServer(); });
    QStringList arguments{folder.filePath(u"redis.conf"_s)};
    if (options.sentinel)
        arguments << u"--sentinel"_s;
    server->start(u"redis-server"_s, arguments);
    const QDeadlineTimer deadline(30'000);
    while (!deadline.hasExpired() && server->state() != QProcess::NotRunning) {
        const auto opened = RedisClient::open(socket());
        // A password may be asked for; only "still loading" is not an answer to go on with.
        if (opened && !(*opened)->value({"PING"}).startsWith("error: LOADING"))
            return {};
        server->waitForFinished(10);
    }
    return Error{Error::Kind::Refused, u"The scratch Redis did not start."_s, log()};
}

void ScratchRedis::Private::end(int signalNumber)
{
    kept.reset();
    if (!server || server->state() == QProcess::NotRunning)
        return;
    // A frozen server would never see the signal.
    kill(static_cast<pid_t>(server->processId()), SIGCONT);
    kill(static_cast<pid_t>(server->processId()), signalNumber);
    if (!server->waitForFinished(20'000)) {
        server->kill();
        server->waitForFinished();
    }
}

RedisClient* ScratchRedis::Private::client() const
{
    if (kept && kept->value({"PING"}) != "PONG")
        kept.reset();
    if (!kept) {
        if (auto opened = RedisClient::open(socket()))
            kept = std::move(*opened);
    }
    return kept.get();
}

ScratchRedis::ScratchRedis(std::unique_ptr<Private> made)
    : d(std::move(made))
{}

ScratchRedis::~ScratchRedis()
{
    d->end(SIGKILL);
}

Result<std::unique_ptr<ScratchRedis>> ScratchRedis::start(const Options& options)
{
    // Another process can take the free port before the server does: try again with others.
    for (int attempt = 1;; ++attempt) {
        auto made = std::make_unique<Private>();
        made->options = options;
        auto done = made->prepare();
        if (done)
            done = made->run();
        if (done)
            return std::unique_ptr<ScratchRedis>(new ScratchRedis(std::move(made)));
        made->end(SIGKILL);
        if (attempt == 3 || done.error().kind != Error::Kind::Refused)
            return done.error();
    }
}

QString ScratchRedis::socketPath() const
{
    return d->socket();
}

QString ScratchRedis::folder() const
{
    return d->folder.path();
}

qint64 ScratchRedis::processId() const
{
    return d->server->processId();
}

quint16 ScratchRedis::port() const
{
    return d->port;
}

quint16 ScratchRedis::tlsPort() const
{
    return d->tlsPort;
}

const ScratchCertificates& ScratchRedis::certificates() const
{
    return d->certificates;
}

QString ScratchRedis::url(int database) const
{
    return u"unix://"_s + d->socket() + u"?db="_s + QString::number(database);
}

QString ScratchRedis::tcpUrl() const
{
    return u"redis://127.0.0.1:"_s + QString::number(d->port) + u"/0"_s;
}

QString ScratchRedis::tlsUrl() const
{
    return u"rediss://localhost:"_s + QString::number(d->tlsPort) + u"/0"_s;
}

Result<std::unique_ptr<RedisClient>> ScratchRedis::client() const
{
    return RedisClient::open(d->socket());
}

QByteArray ScratchRedis::value(const RedisClient::Command& command) const
{
    RedisClient* client = d->client();
    return client ? client->value(command) : QByteArray("error: not running");
}

QList<QByteArray> ScratchRedis::values(const RedisClient::Command& command) const
{
    RedisClient* client = d->client();
    return client ? client->values(command) : QList<QByteArray>{"error: not running"};
}

Result<void> ScratchRedis::pipeline(const QList<RedisClient::Command>& commands) const
{
    RedisClient* client = d->client();
    if (!client)
        return Error{Error::Kind::Unreachable, u"The scratch Redis is not running."_s, {}};
    return client->pipeline(commands);
}

Result<void> ScratchRedis::addEntries(const QByteArray& stream, qint64 count) const
{
    QList<RedisClient::Command> commands;
    for (qint64 number = 1; number <= count; ++number) {
        const QByteArray payload = "{\"order_id\": " + QByteArray::number(number) + '}';
        commands.append({"XADD", stream, "*", "data", payload});
    }
    return pipeline(commands);
}

Result<void> ScratchRedis::consume(
    const QByteArray& stream,
    const QByteArray& group,
    const QByteArray& consumer,
    qint64 count) const
{
    const QByteArray made = value({"XGROUP", "CREATE", stream, group, "0", "MKSTREAM"});
    if (made.startsWith("error:") && !made.contains("BUSYGROUP"))
        return Error{Error::Kind::Refused, u"No group."_s, QString::fromUtf8(made)};
    return pipeline(
        {{"XREADGROUP",
          "GROUP",
          group,
          consumer,
          "COUNT",
          QByteArray::number(count),
          "STREAMS",
          stream,
          ">"}});
}

void ScratchRedis::wipe() const
{
    value({"FLUSHALL"});
}

void ScratchRedis::stop()
{
    d->end(SIGTERM);
}

void ScratchRedis::crash()
{
    d->end(SIGKILL);
}

Result<void> ScratchRedis::restart()
{
    d->end(SIGTERM);
    return d->run();
}

void ScratchRedis::freeze() const
{
    kill(static_cast<pid_t>(d->server->processId()), SIGSTOP);
}

void ScratchRedis::thaw() const
{
    kill(static_cast<pid_t>(d->server->processId()), SIGCONT);
}

} // namespace outboard
