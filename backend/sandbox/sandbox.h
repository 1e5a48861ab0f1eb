// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "sandbox/sandboxoptions.h"
#include "settings/profile.h"

#include <QObject>
#include <QString>

#include <memory>

namespace outboard {

class Incidents;
class PrivatePostgres;
class PrivateRedis;
class SandboxDirectory;
class Traffic;

/// A private PostgreSQL and a private Redis on unix sockets in a temporary directory, and a small
/// shop that works with them: history, an order service, a relay, two consuming services,
/// incidents. Gone when this object goes, and when the application is killed. Lives on the main
/// thread: the servers die with the thread that starts them.
class Sandbox final : public QObject
{
    Q_OBJECT

public:
    explicit Sandbox(const SandboxOptions& options = {}, QObject* parent = nullptr);
    ~Sandbox() override;

    /// Both servers answer.
    bool isRunning() const;

    /// Meaningful after start(): the servers with their ledgers, handlers and thresholds.
    Profile profile() const;

    /// Where the sockets and the servers' logs are; empty before start().
    QString directory() const;

    qint64 postgresProcessId() const;
    qint64 redisProcessId() const;

    /// What can go wrong on demand; null before start() and after stop().
    Incidents* incidents() const { return m_incidents.get(); }

    /// The shop at work; null before start() and after stop().
    Traffic* traffic() const { return m_traffic.get(); }

    /// Starts both servers, loads the shop's history and lets the shop work; blocks about a second,
    /// so call it before a window opens. Error::Missing names the Debian package that is not
    /// installed. After an error nothing is left running.
    Result<void> start();

    /// Ends the shop and both servers and removes the directory.
    void stop();

signals:
    /// A server ended by itself; the other one goes on.
    void serverDied(const Error& error);

private:
    Result<void> startServers();
    Result<void> startShop();
    void restartRedis();

    SandboxOptions m_options;
    // Destroyed in reverse order: first the shop, then the servers, then the directory.
    std::unique_ptr<SandboxDirectory> m_directory;
    std::unique_ptr<PrivatePostgres> m_postgres;
    std::unique_ptr<PrivateRedis> m_redis;
    std::unique_ptr<Traffic> m_traffic;
    std::unique_ptr<Incidents> m_incidents;
};

} // namespace outboard
