// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sandbox/actor.h"
#include "sandbox/sandboxoptions.h"
#include "sandbox/trafficswitches.h"
#include "sandbox/trafficwave.h"

#include <QByteArray>
#include <QString>

#include <memory>
#include <random>

namespace outboard {

class PgConnection;

/// The producer: commits orders together with their outbox rows, at a varying rate.
class OrderService final : public Actor
{
public:
    OrderService(QString dsn, const SandboxOptions& options, TrafficSwitchesPtr switches);
    ~OrderService() override;

    Result<void> open(const std::stop_token& stop) override;
    Result<void> step(const std::stop_token& stop) override;
    void close() override;

private:
    Result<void> run(const QByteArray& statement, qint64 howMany);
    Result<void> sell(qint64 events);
    Result<void> deploy();

    QString m_dsn;
    TrafficSwitchesPtr m_switches;
    TrafficWave m_wave;
    std::mt19937 m_random;
    std::unique_ptr<PgConnection> m_database;
};

} // namespace outboard
