// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/sandboxconsumer.h"

#include "core/log.h"
#include "outbox/pgconnection.h"

#include <limits>

namespace outboard {

using namespace std::chrono_literals;

namespace {

constexpr qint64 readLimit = 10;
constexpr Milliseconds readWait = 200ms;
constexpr Milliseconds crashPause = 50ms;
/// The other consumers step aside for so long while the one that crashes collects its entries.
constexpr Milliseconds collectFor = 10s;

bool isServerAway(const Error& error)
{
    return error.kind == Error::Kind::Unreachable || error.kind == Error::Kind::Timeout
           || error.kind == Error::Kind::Conflict || error.kind == Error::Kind::Protocol;
}

} // namespace

ShopService billingService()
{
    return {
        .group = "billing",
        .topics = {"order.paid", "payment.refunded"},
        .markSql =
            "INSERT INTO billing_processedevent (event_id) VALUES ($1) ON CONFLICT DO NOTHING",
        .applySql = "SELECT billing_apply($1, $2::jsonb)"};
}

ShopService emailService()
{
    return {
        .group = "email",
        .topics = {"order.created", "order.paid", "order.shipped", "payment.refunded"},
        .markSql = "INSERT INTO email_processedevent (event_id) VALUES ($1) ON CONFLICT DO NOTHING",
        .applySql = "SELECT email_apply($1, $2::jsonb)"};
}

SandboxConsumer::SandboxConsumer(
    QString dsn,
    QString redisUrl,
    ShopService service,
    int number,
    bool mayCrash,
    const SandboxOptions& options,
    TrafficSwitchesPtr switches)
    : m_dsn(std::move(dsn))
    , m_redisUrl(std::move(redisUrl))
    , m_service(std::move(service))
    , m_name(m_service.group + '-' + QByteArray::number(number))
    , m_mayCrash(mayCrash)
    , m_options(options)
    , m_switches(std::move(switches))
{}

SandboxConsumer::~SandboxConsumer() = default;

Result<void> SandboxConsumer::open(const std::stop_token& stop)
{
    auto database = PgConnection::open({.dsn = m_dsn, .access = Access::Operate}, stop);
    if (!database)
        return database.error();
    auto streams = ShopStreams::open(m_redisUrl, stop);
    if (!streams)
        return streams.error();
    m_database = *std::move(database);
    m_streams = *std::move(streams);
    for (const QByteArray& topic : m_service.topics) {
        if (auto created = m_streams->createGroup(topic, m_service.group); !created)
            return created;
    }
    return {};
}

Result<void> SandboxConsumer::step(const std::stop_token& stop)
{
    if (m_switches->areConsumersPaused)
        return waitWhilePaused(stop);
    if (m_switches->isEmailStopped && m_service.group == "email") {
        pauseFor(crashPause, stop);
        return {};
    }
    const bool isCrash = m_switches->isConsumerCrashed && m_service.group == "billing";
    if (isCrash && m_mayCrash)
        return crash(stop);
    if (isCrash && !m_switches->isCrashDone) {
        pauseFor(crashPause, stop);
        return {};
    }
    if (auto retried = retry(); !retried)
        return retried;
    return consume();
}

void SandboxConsumer::close()
{
    m_streams.reset();
    m_database.reset();
}

Result<void> SandboxConsumer::waitWhilePaused(const std::stop_token& stop)
{
    ++m_switches->pausedConsumers;
    while (m_switches->areConsumersPaused && pauseFor(crashPause, stop)) {}
    --m_switches->pausedConsumers;
    return {};
}

Result<void> SandboxConsumer::consume()
{
    const auto deliveries =
        m_streams->read(m_service.group, m_name, m_service.topics, readLimit, readWait);
    return deliveries ? handleAll(*deliveries) : deliveries.error();
}

Result<void> SandboxConsumer::retry()
{
    const int round = m_switches->retryRound;
    const auto now = std::chrono::steady_clock::now();
    if (round == m_retryRound && now < m_nextRetry)
        return {};
    const bool isEverything = round != m_retryRound;
    m_retryRound = round;
    m_nextRetry = now + m_options.retryAfter;
    const qint64 attempts = isEverything ? std::numeric_limits<qint64>::max() : m_options.attempts;
    const Milliseconds minIdle = isEverything ? 0ms : m_options.retryAfter;
    for (const QByteArray& topic : m_service.topics) {
        auto own = m_streams->retry(topic, m_service.group, m_name, minIdle, attempts);
        if (!own)
            return own.error();
        auto taken = m_streams->takeOver(topic, m_service.group, m_name, m_options.takeOverAfter);
        if (!taken)
            return taken.error();
        if (auto handled = handleAll(*own + *taken); !handled)
            return handled;
    }
    return {};
}

Result<void> SandboxConsumer::crash(const std::stop_token& stop)
{
    qint64 missing = m_options.heldEntries;
    const auto patience = std::chrono::steady_clock::now() + collectFor;
    while (missing > 0 && m_switches->isConsumerCrashed && !stop.stop_requested()) {
        // One stream: COUNT is for each of them, and it must hold exactly what was asked for.
        const auto got = m_streams->read(
            m_service.group, m_name, {m_service.topics.constFirst()}, missing, readWait);
        if (!got)
            return got.error();
        missing -= got->size();
        if (std::chrono::steady_clock::now() > patience)
            m_switches->isCrashDone = true;
    }
    // Dead: no connection, nothing handled, until the incident ends and it starts again.
    close();
    m_switches->isCrashDone = true;
    while (m_switches->isConsumerCrashed && pauseFor(crashPause, stop)) {}
    return stop.stop_requested() ? Result<void>() : open(stop);
}

Result<void> SandboxConsumer::handleAll(const QList<ShopDelivery>& deliveries)
{
    for (const ShopDelivery& delivery : deliveries) {
        if (auto handled = handle(delivery); !handled)
            return handled;
    }
    return {};
}

Result<void> SandboxConsumer::handle(const ShopDelivery& delivery)
{
    auto applied = apply(delivery);
    if (!applied && isServerAway(applied.error()))
        return applied.error();
    if (!applied) {
        // Not acknowledged: it stays pending, and retry() comes back to it.
        qCDebug(logSandbox) << m_name << "failed on" << delivery.entryId << applied.error().detail;
        return {};
    }
    return m_streams->acknowledge(delivery.stream, m_service.group, delivery.entryId);
}

/// Whether the event was new to the ledger.
Result<bool> SandboxConsumer::apply(const ShopDelivery& delivery)
{
    auto transaction = m_database->begin(PgConnection::Mode::ReadWrite);
    if (!transaction)
        return transaction.error();
    const auto marked = transaction->query(m_service.markSql, {delivery.eventId});
    if (!marked)
        return marked.error();
    const bool isNew = marked->affected() > 0;
    if (isNew) {
        auto done = transaction->query(m_service.applySql, {delivery.eventId, delivery.payload});
        if (!done)
            return done.error();
    }
    if (auto committed = transaction->commit(); !committed)
        return committed.error();
    return isNew;
}

} // namespace outboard
