// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/privateredis.h"

#include "sandbox/sandboxdirectory.h"

#include <QCoreApplication>
#include <QLocalSocket>
#include <QStandardPaths>
#include <QUrl>

#include <csignal>

namespace outboard {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto readyDeadline = 10s;
constexpr int connectMs = 100;

} // namespace

PrivateRedis::PrivateRedis(const SandboxDirectory& directory, const std::optional<ServerUser>& user)
    : m_directory(directory)
    , m_user(user)
{}

Result<void> PrivateRedis::begin()
{
    const QString program = QStandardPaths::findExecutable(u"redis-server"_s);
    if (program.isEmpty()) {
        return Error{
            Error::Kind::Missing,
            QCoreApplication::translate(
                "outboard",
                "The sandbox needs a Redis server, which is not installed. Install the Debian "
                "package "
                "redis-server."),
            {}};
    }
    const QStringList arguments{
        u"--port"_s,
        u"0"_s,
        u"--unixsocket"_s,
        socket(),
        u"--unixsocketperm"_s,
        u"700"_s,
        u"--save"_s,
        QString(),
        u"--appendonly"_s,
        u"no"_s,
        u"--daemonize"_s,
        u"no"_s,
        u"--dir"_s,
        m_directory.path()};
    // SIGKILL: Redis has nothing to save, and a shell may have made it deaf to the others.
    m_server = std::make_unique<ServerProcess>(ServerCommand{
        .title = u"Redis"_s,
        .program = program,
        .arguments = arguments,
        .directory = m_directory.path(),
        .logFile = m_directory.file(u"redis.log"_s),
        .user = m_user,
        .stopSignal = SIGKILL});
    return m_server->start();
}

Result<void> PrivateRedis::finish()
{
    Q_ASSERT(m_server);
    const auto answers = [this] {
        QLocalSocket probe;
        probe.connectToServer(socket());
        return probe.waitForConnected(connectMs);
    };
    return m_server->waitUntil(answers, readyDeadline);
}

void PrivateRedis::stop()
{
    m_server.reset();
}

QString PrivateRedis::url() const
{
    const QByteArray path = QUrl::toPercentEncoding(socket(), "/");
    return u"unix://"_s + QString::fromLatin1(path) + u"?db=0"_s;
}

QString PrivateRedis::socket() const
{
    return m_directory.file(u"redis.sock"_s);
}

} // namespace outboard
