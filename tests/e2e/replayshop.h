// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/commandrunner.h"
#include "support/printers.h"
#include "support/scratchpostgres.h"
#include "support/scratchredis.h"

#include <QHash>
#include <QProcess>

#include <memory>

namespace outboard {

/// A program of the test, killed at the latest with it.
class Companion
{
public:
    ~Companion();

    /// Empty, or why it did not start.
    QByteArray start(
        const QString& program,
        const QStringList& arguments,
        const QProcessEnvironment& environment = QProcessEnvironment::systemEnvironment());

    /// The first line that it prints.
    QByteArray line();

    /// Asks the operating system, not the event loop.
    bool isRunning();

    /// By SIGKILL. False when it had ended by itself before.
    bool die();

    /// What it printed; waits until it ended.
    QByteArray finish();

    int exitCode() const { return m_process.exitCode(); }

private:
    QProcess m_process;
};

/// A service whose events are replayed: its database, stream, HTTP server and consumer, and
/// profiles of one handler kind each. Every event that HTTP or the command is called for leaves a
/// line in a file; the SQL function and the consumer count in a table.
class ReplayShop
{
public:
    static Result<std::unique_ptr<ReplayShop>> open();

    /// Empties everything; then `events` unpublished outbox rows.
    Result<void> begin(qint64 events);

    ScratchPostgres& postgres() { return *m_postgres; }

    ScratchRedis& redis() { return *m_redis; }

    /// A profile "shop" with the handlers sql, http, command, odd-http and odd-command, for a
    /// runner of its own: each is another Outboard.
    void equip(const CommandRunner& runner) const;

    /// A consumer of group "billing" on stream "order.paid", with the same ledger.
    QByteArray startConsumer(Companion& consumer) const;

    /// How often each event reached the handler.
    QHash<QByteArray, int> callsOf(const QString& handler) const;

    qint64 number(const QString& sql) const { return m_session->value(sql).toLongLong(); }

    qint64 ledgerRows() const
    {
        return number(QStringLiteral("SELECT count(*) FROM billing_processedevent"));
    }

private:
    QString countsFile(const QString& name) const { return m_folder.filePath(name); }

    std::unique_ptr<ScratchPostgres> m_postgres;
    std::unique_ptr<ScratchRedis> m_redis;
    std::unique_ptr<PgSession> m_session;
    QTemporaryDir m_folder;
    Companion m_server;
    QByteArray m_port;
};

/// Ids and errors of a list in replay's document.
QHash<QByteArray, QString> errorsOf(const QJsonObject& report, const QString& list);

} // namespace outboard
