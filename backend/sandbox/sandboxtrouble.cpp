// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/sandboxtrouble.h"

#include "outbox/pgconnection.h"

namespace outboard {

using namespace std::chrono_literals;

namespace {

constexpr Milliseconds tick = 100ms;
constexpr auto pruneEvery = 1s;

// The session's own limit would end it after a minute.
constexpr auto forgetSql = "SET LOCAL idle_in_transaction_session_timeout = 0";
constexpr auto lockHeadSql = "SELECT id FROM orders_outboxevent WHERE published_at IS NULL "
                             "ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED";

Result<std::unique_ptr<PgConnection>> connectTo(const QString& dsn, const std::stop_token& stop)
{
    return PgConnection::open({.dsn = dsn, .access = Access::Operate}, stop);
}

} // namespace

SandboxTrouble::SandboxTrouble(QString dsn, TrafficSwitchesPtr switches)
    : m_dsn(std::move(dsn))
    , m_switches(std::move(switches))
{}

SandboxTrouble::~SandboxTrouble() = default;

Result<void> SandboxTrouble::open(const std::stop_token& stop)
{
    auto opened = connectTo(m_dsn, stop);
    if (!opened)
        return opened.error();
    m_database = *std::move(opened);
    return {};
}

Result<void> SandboxTrouble::step(const std::stop_token& stop)
{
    if (!pauseFor(tick, stop))
        return {};
    if (auto done = slowDown(); !done)
        return done;
    if (auto done = pruneLedger(); !done)
        return done;
    return blockHeadRow(stop);
}

void SandboxTrouble::close()
{
    letHeadRowGo();
    m_database.reset();
}

Result<void> SandboxTrouble::slowDown()
{
    const int delayMs = m_switches->markDelayMs;
    if (delayMs == m_delayMs)
        return {};
    const auto done = m_database->query(
        "UPDATE shop_slowness SET delay_ms = $1::integer", {QByteArray::number(delayMs)});
    if (!done)
        return done.error();
    m_delayMs = delayMs;
    return {};
}

Result<void> SandboxTrouble::pruneLedger()
{
    const auto now = std::chrono::steady_clock::now();
    if (m_switches->prunesLedger && now >= m_nextPrune) {
        m_nextPrune = now + pruneEvery;
        m_isPruned = true;
        const auto done = m_database->query("SELECT shop_prune_ledger()");
        return done ? Result<void>() : done.error();
    }
    if (!m_switches->prunesLedger && m_isPruned) {
        if (const auto done = m_database->query("SELECT shop_restore_ledger()"); !done)
            return done.error();
        m_isPruned = false;
    }
    return {};
}

Result<void> SandboxTrouble::blockHeadRow(const std::stop_token& stop)
{
    if (!m_switches->blocksHeadRow) {
        letHeadRowGo();
        return {};
    }
    if (m_isHeadRowTaken)
        return {};
    auto opened = connectTo(m_dsn, stop);
    if (!opened)
        return opened.error();
    auto transaction = (*opened)->begin(PgConnection::Mode::ReadWrite);
    if (!transaction)
        return transaction.error();
    if (auto set = transaction->query(forgetSql); !set)
        return set.error();
    const auto locked = transaction->query(lockHeadSql);
    if (!locked)
        return locked.error();
    // Nothing waits just now: the next step looks again.
    if (locked->isEmpty())
        return {};
    m_forgotten = *std::move(opened);
    m_transaction = std::make_unique<PgTransaction>(*std::move(transaction));
    m_isHeadRowTaken = true;
    return {};
}

void SandboxTrouble::letHeadRowGo()
{
    m_transaction.reset();
    m_forgotten.reset();
    m_isHeadRowTaken = false;
}

} // namespace outboard
