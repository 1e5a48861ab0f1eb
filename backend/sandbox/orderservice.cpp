// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/orderservice.h"

#include "outbox/pgconnection.h"

#include <QFile>

#include <array>

namespace outboard {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr Milliseconds tick = 100ms;

/// Each statement is a transaction of its own and takes the number of orders.
struct Step
{
    const char* statement;
    double share; ///< Of all events.
};

// A few orders are never paid, and a few come back.
constexpr std::array<Step, 4> steps{
    {{"SELECT shop_create($1::bigint)", 0.355},
     {"SELECT shop_advance('created', 'paid', $1::bigint)", 0.325},
     {"SELECT shop_advance('paid', 'shipped', $1::bigint)", 0.295},
     {"SELECT shop_refund($1::bigint)", 0.025}}};

Result<QByteArray> readResource(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return Error{Error::Kind::Internal, file.errorString(), path};
    return file.readAll();
}

} // namespace

OrderService::OrderService(QString dsn, const SandboxOptions& options, TrafficSwitchesPtr switches)
    : m_dsn(std::move(dsn))
    , m_switches(std::move(switches))
    , m_wave(options.eventsPerSecond, std::random_device{}())
    , m_random(std::random_device{}())
{}

OrderService::~OrderService() = default;

Result<void> OrderService::open(const std::stop_token& stop)
{
    auto opened = PgConnection::open({.dsn = m_dsn, .access = Access::Operate}, stop);
    if (!opened)
        return opened.error();
    m_database = *std::move(opened);
    return {};
}

Result<void> OrderService::step(const std::stop_token& stop)
{
    if (!pauseFor(tick, stop))
        return {};
    if (auto deployed = deploy(); !deployed)
        return deployed;
    if (const qint64 orders = m_switches->burstOrders.exchange(0); orders > 0) {
        if (auto done = run("SELECT shop_burst($1::bigint)", orders); !done)
            return done;
    }
    if (const qint64 orders = m_switches->poisonOrders.exchange(0); orders > 0) {
        if (auto done = run("SELECT shop_poison($1::bigint)", orders); !done)
            return done;
    }
    const qint64 events = m_wave.draw(tick);
    return m_switches->isProducerStopped ? Result<void>() : sell(events);
}

void OrderService::close()
{
    m_database.reset();
}

Result<void> OrderService::run(const QByteArray& statement, qint64 howMany)
{
    auto done = m_database->query(statement, {QByteArray::number(howMany)});
    return done ? Result<void>() : done.error();
}

Result<void> OrderService::sell(qint64 events)
{
    std::array<qint64, steps.size()> counts{};
    std::discrete_distribution<size_t> kind{
        steps[0].share, steps[1].share, steps[2].share, steps[3].share};
    for (qint64 i = 0; i < events; ++i)
        ++counts[kind(m_random)];
    for (size_t i = 0; i < steps.size(); ++i) {
        if (counts[i] == 0)
            continue;
        if (auto done = run(steps[i].statement, counts[i]); !done)
            return done;
    }
    return {};
}

Result<void> OrderService::deploy()
{
    const auto version = m_switches->deploy.load();
    if (version == TrafficSwitches::Deploy::None)
        return {};
    const bool isTolerant = version == TrafficSwitches::Deploy::Tolerant;
    const auto sql = readResource(
        isTolerant ? u":/sandbox/billing_amount_tolerant.sql"_s
                   : u":/sandbox/billing_amount_strict.sql"_s);
    if (!sql)
        return sql.error();
    if (auto done = m_database->query(*sql); !done)
        return done.error();
    // Only now: another order may have come meanwhile.
    auto expected = version;
    m_switches->deploy.compare_exchange_strong(expected, TrafficSwitches::Deploy::None);
    if (isTolerant)
        ++m_switches->retryRound;
    return {};
}

} // namespace outboard
