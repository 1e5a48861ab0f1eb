// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/scratchpgbouncer.h"

#include "sandbox/serverprocess.h"
#include "support/pgsession.h"
#include "support/scratchpostgres.h"

#include <unistd.h>

#include <QDir>
#include <QFile>
#include <QStandardPaths>
#include <QTemporaryDir>

#include <csignal>

namespace outboard {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr int port = 6432;

Result<void> writeFile(const QString& path, const QString& text)
{
    QFile file(path);
    if (file.open(QIODevice::WriteOnly) && file.write(text.toUtf8()) >= 0)
        return {};
    return Error{Error::Kind::Internal, u"The scratch folder cannot be written."_s, path};
}

QString configuration(const QString& folder, const QString& server, const QStringList& settings)
{
    const QStringList lines{
        u"[databases]"_s,
        u"postgres = host=%1 port=5432 dbname=postgres"_s.arg(server),
        u"gone = host=/nonexistent port=5432 dbname=postgres"_s,
        u"[pgbouncer]"_s,
        u"pool_mode = transaction"_s,
        u"listen_addr ="_s,
        u"listen_port = %1"_s.arg(port),
        u"unix_socket_dir = %1"_s.arg(folder),
        u"auth_type = trust"_s,
        u"auth_file = %1/users"_s.arg(folder),
        u"default_pool_size = 2"_s,
        u"server_login_retry = 1"_s,
        u"query_wait_timeout = 2"_s};
    return (lines + settings).join(u'\n') + u'\n';
}

} // namespace

struct ScratchPgBouncer::Private
{
    QTemporaryDir folder{QDir::tempPath() + u"/ob-pb-XXXXXX"_s};
    std::unique_ptr<ServerProcess> server;

    Result<void> start(const QString& program, const ScratchPostgres& postgres, QStringList lines);
};

Result<void> ScratchPgBouncer::Private::start(
    const QString& program, const ScratchPostgres& postgres, QStringList lines)
{
    const QString config = folder.filePath(u"pgbouncer.ini"_s);
    const QString text = configuration(folder.path(), postgres.socketFolder(), lines);
    if (auto written = writeFile(config, text); !written)
        return written;
    if (auto written = writeFile(folder.filePath(u"users"_s), u"\"postgres\" \"\"\n"_s); !written)
        return written;
    const auto user = serverUser();
    if (!user)
        return user.error();
    if (*user && chown(QFile::encodeName(folder.path()).constData(), (*user)->uid, (*user)->gid))
        return Error{Error::Kind::Internal, u"chown failed for a scratch folder."_s, {}};
    server = std::make_unique<ServerProcess>(ServerCommand{
        u"PgBouncer"_s,
        program,
        {config},
        folder.path(),
        folder.filePath(u"log"_s),
        *user,
        SIGTERM});
    if (auto started = server->start(); !started)
        return started;
    const QString dsn =
        u"host=%1 port=%2 user=postgres dbname=postgres"_s.arg(folder.path()).arg(port);
    return server->waitUntil([&] { return PgSession::open(dsn).has_value(); }, 20s);
}

Result<std::unique_ptr<ScratchPgBouncer>> ScratchPgBouncer::start(
    const ScratchPostgres& server, const QStringList& settings)
{
    const QString program = QStandardPaths::findExecutable(
        u"pgbouncer"_s, {u"/usr/sbin"_s, u"/usr/local/sbin"_s, u"/usr/bin"_s});
    if (program.isEmpty())
        return Error{Error::Kind::Missing, u"PgBouncer is not installed."_s, {}};
    auto d = std::make_unique<Private>();
    if (auto started = d->start(program, server, settings); !started)
        return started.error();
    return std::unique_ptr<ScratchPgBouncer>(new ScratchPgBouncer(std::move(d)));
}

ScratchPgBouncer::ScratchPgBouncer(std::unique_ptr<Private> priv)
    : d(std::move(priv))
{}

ScratchPgBouncer::~ScratchPgBouncer() = default;

QString ScratchPgBouncer::dsn() const
{
    return u"host=%1 port=%2 user=postgres dbname=postgres"_s.arg(d->folder.path()).arg(port);
}

QString ScratchPgBouncer::folder() const
{
    return d->folder.path();
}

} // namespace outboard
