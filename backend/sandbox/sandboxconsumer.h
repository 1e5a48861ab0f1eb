// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sandbox/actor.h"
#include "sandbox/sandboxoptions.h"
#include "sandbox/shopstreams.h"
#include "sandbox/trafficswitches.h"

#include <QByteArray>
#include <QList>
#include <QString>

#include <chrono>
#include <memory>

namespace outboard {

class PgConnection;

/// A consuming service of the shop.
struct ShopService
{
    QByteArray group;
    QList<QByteArray> topics;
    QByteArray markSql;  ///< Inserts event id $1 into the service's ledger, unless it is there.
    QByteArray applySql; ///< Handles event $1 with payload $2.
};

ShopService billingService();
ShopService emailService();

/// One consumer of a service. In one transaction it inserts the event's id into the ledger and, if
/// that was new, handles the event; then it acknowledges. A failed event stays pending and is tried
/// again.
class SandboxConsumer final : public Actor
{
public:
    /// With `mayCrash` it is the one that the incident "consumer-crashed" means.
    SandboxConsumer(
        QString dsn,
        QString redisUrl,
        ShopService service,
        int number,
        bool mayCrash,
        const SandboxOptions& options,
        TrafficSwitchesPtr switches);
    ~SandboxConsumer() override;

    Result<void> open(const std::stop_token& stop) override;
    Result<void> step(const std::stop_token& stop) override;
    void close() override;

private:
    Result<void> waitWhilePaused(const std::stop_token& stop);
    Result<void> consume();
    Result<void> retry();
    Result<void> crash(const std::stop_token& stop);
    Result<void> handleAll(const QList<ShopDelivery>& deliveries);
    Result<void> handle(const ShopDelivery& delivery);
    Result<bool> apply(const ShopDelivery& delivery);

    QString m_dsn;
    QString m_redisUrl;
    ShopService m_service;
    QByteArray m_name;
    bool m_mayCrash;
    SandboxOptions m_options;
    TrafficSwitchesPtr m_switches;

    std::unique_ptr<PgConnection> m_database;
    std::unique_ptr<ShopStreams> m_streams;
    std::chrono::steady_clock::time_point m_nextRetry;
    int m_retryRound = 0;
};

} // namespace outboard
