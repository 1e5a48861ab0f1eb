// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/privatepostgres.h"

#include "sandbox/sandboxdirectory.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QStandardPaths>
#include <QUrl>

#include <algorithm>
#include <csignal>

namespace outboard {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto setupDeadline = 30s;
constexpr auto superuser = "shop"_L1;
constexpr auto database = "shop"_L1;

/// Directory (with a slash) of the newest PostgreSQL that Debian's packages installed, or of
/// PATH's.
std::optional<QString> findBinaries()
{
    const QDir versions(u"/usr/lib/postgresql"_s);
    int newest = 0;
    for (const QString& name : versions.entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        if (QFileInfo(versions.filePath(name + u"/bin/postgres"_s)).isExecutable())
            newest = std::max(newest, name.toInt());
    }
    if (newest > 0)
        return versions.filePath(QString::number(newest)) + u"/bin/"_s;
    const QString inPath = QStandardPaths::findExecutable(u"postgres"_s);
    if (inPath.isEmpty())
        return std::nullopt;
    return QFileInfo(inPath).canonicalPath() + u'/';
}

QStringList serverArguments(const QString& data, const QString& sockets)
{
    QStringList arguments{u"-D"_s, data};
    const QStringList settings{
        u"listen_addresses="_s,
        u"unix_socket_directories="_s + sockets,
        u"unix_socket_permissions=0700"_s,
        u"shared_buffers=16MB"_s,
        u"max_wal_size=64MB"_s,
        u"min_wal_size=32MB"_s,
        u"fsync=off"_s,
        u"full_page_writes=off"_s,
        u"synchronous_commit=off"_s,
        u"jit=off"_s,
        u"timezone=UTC"_s};
    for (const QString& setting : settings)
        arguments << u"-c"_s << setting;
    return arguments;
}

/// The server writes "ready" as the eighth line of its pid file once it accepts connections.
bool isReady(const QString& pidFile)
{
    QFile file(pidFile);
    if (!file.open(QIODevice::ReadOnly))
        return false;
    const QList<QByteArray> lines = file.readAll().split('\n');
    return lines.size() >= 8 && lines.at(7).trimmed() == "ready";
}

} // namespace

PrivatePostgres::PrivatePostgres(
    const SandboxDirectory& directory, const std::optional<ServerUser>& user)
    : m_directory(directory)
    , m_user(user)
{}

Result<void> PrivatePostgres::begin()
{
    const auto binaries = findBinaries();
    if (!binaries) {
        return Error{
            Error::Kind::Missing,
            QCoreApplication::translate(
                "outboard",
                "The sandbox needs a PostgreSQL server, which is not installed. Install the Debian "
                "package postgresql."),
            {}};
    }
    m_binaries = *binaries;
    // Killed at once when unfinished: a half-made directory is of no use.
    m_initdb = std::make_unique<ServerProcess>(command(
        u"initdb"_s,
        {u"-D"_s,
         m_directory.file(u"data"_s),
         u"-U"_s,
         superuser,
         u"--no-sync"_s,
         u"--auth-local=trust"_s,
         u"--auth-host=reject"_s,
         u"--locale=C"_s,
         u"-E"_s,
         u"UTF8"_s},
        SIGTERM));
    return m_initdb->start();
}

Result<void> PrivatePostgres::finish(const QStringList& sqlFiles)
{
    Q_ASSERT(m_initdb);
    if (auto done = m_initdb->waitUntilDone(setupDeadline); !done)
        return done;
    m_initdb.reset();
    const QString data = m_directory.file(u"data"_s);
    // SIGQUIT: no waiting for clients; the files are thrown away anyway.
    m_server = std::make_unique<ServerProcess>(
        command(u"postgres"_s, serverArguments(data, m_directory.path()), SIGQUIT));
    if (auto started = m_server->start(); !started)
        return started;
    const QString pidFile = data + u"/postmaster.pid"_s;
    auto ready = m_server->waitUntil([&pidFile] { return isReady(pidFile); }, setupDeadline);
    return ready ? load(sqlFiles) : ready;
}

void PrivatePostgres::stop()
{
    m_initdb.reset();
    m_server.reset();
}

QString PrivatePostgres::dsn() const
{
    const QByteArray host = QUrl::toPercentEncoding(m_directory.path(), "/");
    return u"postgresql:///%1?host=%2&user=%3"_s.arg(
        database, QString::fromLatin1(host), superuser);
}

ServerCommand PrivatePostgres::command(
    const QString& program, const QStringList& arguments, int stopSignal) const
{
    return {
        .title = u"PostgreSQL"_s,
        .program = m_binaries + program,
        .arguments = arguments,
        .directory = m_directory.path(),
        .logFile = m_directory.file(program + u".log"_s),
        .user = m_user,
        .stopSignal = stopSignal};
}

Result<void> PrivatePostgres::load(const QStringList& sqlFiles)
{
    QStringList arguments{
        u"-X"_s,
        u"-q"_s,
        u"-v"_s,
        u"ON_ERROR_STOP=1"_s,
        u"-h"_s,
        m_directory.path(),
        u"-U"_s,
        superuser,
        u"-d"_s,
        u"postgres"_s,
        u"-c"_s,
        u"CREATE DATABASE "_s + database,
        u"-c"_s,
        u"\\connect "_s + database};
    for (const QString& file : sqlFiles) {
        const QString copy = m_directory.file(QFileInfo(file).fileName());
        QFile::copy(file, copy);
        arguments << u"-f"_s << copy;
    }
    ServerProcess psql(command(u"psql"_s, arguments, SIGTERM));
    if (auto started = psql.start(); !started)
        return started;
    return psql.waitUntilDone(setupDeadline);
}

} // namespace outboard
