// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sandbox/actor.h"
#include "sandbox/sandboxoptions.h"
#include "sandbox/trafficswitches.h"

#include <QString>

#include <memory>

namespace outboard {

class PgConnection;
class ShopStreams;

/// The shop's own relay: every second it moves what is unpublished to the streams.
class SandboxRelay final : public Actor
{
public:
    SandboxRelay(
        QString dsn, QString redisUrl, const SandboxOptions& options, TrafficSwitchesPtr switches);
    ~SandboxRelay() override;

    Result<void> open(const std::stop_token& stop) override;
    Result<void> step(const std::stop_token& stop) override;
    void close() override;

private:
    /// How many rows it saw.
    Result<qint64> relayBatch();

    QString m_dsn;
    QString m_redisUrl;
    Milliseconds m_every;
    TrafficSwitchesPtr m_switches;
    qint64 m_batches = 0;
    std::unique_ptr<PgConnection> m_database;
    std::unique_ptr<ShopStreams> m_streams;
};

} // namespace outboard
