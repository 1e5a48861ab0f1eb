// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/sandboxrestart.h"

#include "outbox/pgconnection.h"
#include "sandbox/shopstreams.h"

#include <QScopeGuard>

namespace outboard {

using namespace std::chrono_literals;

namespace {

constexpr Milliseconds tick = 100ms;
/// Another incident may keep the shop from ever getting quiet.
constexpr auto patience = 10s;
/// Unchanged for so long, the ledgers are complete.
constexpr Milliseconds quietFor = 700ms;

constexpr auto unpublishedSql =
    "SELECT count(*) FROM orders_outboxevent WHERE published_at IS NULL";
constexpr auto handledSql = "SELECT (SELECT count(*) FROM billing_processedevent) "
                            "+ (SELECT count(*) FROM email_processedevent)";

} // namespace

SandboxRestart::SandboxRestart(
    QString dsn,
    QString redisUrl,
    const SandboxOptions& options,
    TrafficSwitchesPtr switches,
    std::function<void()> restartRedis)
    : m_dsn(std::move(dsn))
    , m_redisUrl(std::move(redisUrl))
    , m_consumers(options.billingConsumers + options.emailConsumers)
    , m_switches(std::move(switches))
    , m_restartRedis(std::move(restartRedis))
{}

SandboxRestart::~SandboxRestart() = default;

Result<void> SandboxRestart::open(const std::stop_token& stop)
{
    auto opened = PgConnection::open({.dsn = m_dsn, .access = Access::Operate}, stop);
    if (!opened)
        return opened.error();
    m_database = *std::move(opened);
    return {};
}

Result<void> SandboxRestart::step(const std::stop_token& stop)
{
    if (!pauseFor(tick, stop))
        return {};
    const qint64 events = m_switches->eventsToLose.exchange(0);
    return events > 0 ? lose(events, stop) : Result<void>();
}

void SandboxRestart::close()
{
    m_database.reset();
}

Result<void> SandboxRestart::lose(qint64 events, const std::stop_token& stop)
{
    const bool wasStopped = m_switches->isProducerStopped.exchange(true);
    const auto goOn = qScopeGuard([this, wasStopped] {
        m_switches->areConsumersPaused = false;
        m_switches->isProducerStopped = wasStopped;
    });
    if (auto handled = waitUntilHandled(stop); !handled)
        return handled;
    m_switches->areConsumersPaused = true;
    waitUntilConsumersPause(stop);
    const auto sold =
        m_database->query("SELECT shop_burst($1::bigint)", {QByteArray::number(events)});
    if (!sold)
        return sold.error();
    if (auto relayed = waitUntilRelayed(stop); !relayed)
        return relayed;
    auto before = ShopStreams::open(m_redisUrl, stop);
    if (!before)
        return before.error();
    m_restartRedis();
    waitUntilRedisRestarted(**before, stop);
    return {};
}

Result<void> SandboxRestart::waitUntilHandled(const std::stop_token& stop)
{
    const auto end = std::chrono::steady_clock::now() + patience;
    qint64 before = -1;
    while (std::chrono::steady_clock::now() < end && !stop.stop_requested()) {
        const auto unpublished = number(unpublishedSql);
        const auto handled = number(handledSql);
        if (!unpublished || !handled)
            return unpublished ? handled.error() : unpublished.error();
        if (*unpublished == 0 && *handled == before)
            return {};
        before = *unpublished == 0 ? *handled : -1;
        pauseFor(quietFor, stop);
    }
    return {};
}

Result<void> SandboxRestart::waitUntilRelayed(const std::stop_token& stop)
{
    const auto end = std::chrono::steady_clock::now() + patience;
    while (std::chrono::steady_clock::now() < end && pauseFor(tick, stop)) {
        const auto unpublished = number(unpublishedSql);
        if (!unpublished)
            return unpublished.error();
        if (*unpublished == 0)
            return {};
    }
    return {};
}

void SandboxRestart::waitUntilConsumersPause(const std::stop_token& stop) const
{
    const auto end = std::chrono::steady_clock::now() + patience;
    while (m_switches->pausedConsumers < m_consumers && std::chrono::steady_clock::now() < end
           && pauseFor(tick, stop)) {}
}

/// `before` is a connection to the old one.
void SandboxRestart::waitUntilRedisRestarted(ShopStreams& before, const std::stop_token& stop) const
{
    const auto end = std::chrono::steady_clock::now() + patience;
    const auto isAlive = [&before] {
        return bool(before.acknowledge("order.paid", "email", "0-0"));
    };
    while (isAlive() && std::chrono::steady_clock::now() < end && pauseFor(tick, stop)) {}
    while (std::chrono::steady_clock::now() < end && pauseFor(tick, stop)) {
        if (ShopStreams::open(m_redisUrl, stop))
            return;
    }
}

Result<qint64> SandboxRestart::number(const QByteArray& sql)
{
    const auto rows = m_database->query(sql);
    return rows ? Result<qint64>(rows->value(0, 0).toLongLong()) : rows.error();
}

} // namespace outboard
