// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "sandbox/serveruser.h"
#include "settings/profile.h"

#include <QObject>
#include <QString>

#include <memory>
#include <optional>

namespace outboard {

class PrivatePostgres;
class PrivateRedis;
class SandboxDirectory;

/// A private PostgreSQL and a private Redis with the schema of a small shop, on unix sockets in a
/// temporary directory. Gone when this object goes, and when the application is killed.
/// Lives on the main thread: the servers die with the thread that starts them.
class Sandbox final : public QObject
{
    Q_OBJECT

public:
    explicit Sandbox(QObject* parent = nullptr);
    ~Sandbox() override;

    /// Both servers answer.
    bool isRunning() const;

    /// Meaningful after start(): the servers with their ledgers, handlers and thresholds.
    Profile profile() const;

    /// Where the sockets and the servers' logs are; empty before start().
    QString directory() const;

    qint64 postgresProcessId() const;
    qint64 redisProcessId() const;

    /// Starts both servers with an empty schema; blocks about half a second, so call it before a
    /// window opens. Error::Missing names the Debian package that is not installed. After an error
    /// nothing is left running.
    Result<void> start();

    /// Ends both servers and removes the directory.
    void stop();

signals:
    /// A server ended by itself; the other one goes on.
    void serverDied(const Error& error);

private:
    Result<void> startServers();

    // Destroyed in reverse order: first the servers, then the directory.
    std::unique_ptr<SandboxDirectory> m_directory;
    std::unique_ptr<PrivatePostgres> m_postgres;
    std::unique_ptr<PrivateRedis> m_redis;
};

} // namespace outboard
