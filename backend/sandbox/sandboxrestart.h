// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sandbox/actor.h"
#include "sandbox/sandboxoptions.h"
#include "sandbox/trafficswitches.h"

#include <QByteArray>
#include <QString>

#include <functional>
#include <memory>

namespace outboard {

class PgConnection;
class ShopStreams;

/// Lets Redis restart without persistence while an exact number of relayed events lies unread in
/// it: orders and consumers stand still for the few seconds that it takes.
class SandboxRestart final : public Actor
{
public:
    SandboxRestart(
        QString dsn,
        QString redisUrl,
        const SandboxOptions& options,
        TrafficSwitchesPtr switches,
        std::function<void()> restartRedis);
    ~SandboxRestart() override;

    Result<void> open(const std::stop_token& stop) override;
    Result<void> step(const std::stop_token& stop) override;
    void close() override;

private:
    Result<void> lose(qint64 events, const std::stop_token& stop);
    Result<void> waitUntilHandled(const std::stop_token& stop);
    Result<void> waitUntilRelayed(const std::stop_token& stop);
    void waitUntilConsumersPause(const std::stop_token& stop) const;
    void waitUntilRedisRestarted(ShopStreams& before, const std::stop_token& stop) const;
    Result<qint64> number(const QByteArray& sql);

    QString m_dsn;
    QString m_redisUrl;
    int m_consumers;
    TrafficSwitchesPtr m_switches;
    std::function<void()> m_restartRedis;
    std::unique_ptr<PgConnection> m_database;
};

} // namespace outboard
