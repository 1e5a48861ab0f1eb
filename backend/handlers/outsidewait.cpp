// SPDX-License-Identifier: GPL-3.0-or-later
#include "handlers/outsidewait.h"

#include "ledger/ledger.h"

#include <algorithm>
#include <thread>
#include <utility>

namespace outboard {

namespace {

constexpr Milliseconds beatEvery{15'000};
constexpr Milliseconds slice{20};

} // namespace

OutsideWait::OutsideWait(std::stop_token stop, SqlTransaction* transaction)
    : m_stop(std::move(stop))
    , m_transaction(transaction)
    , m_lastBeat(std::chrono::steady_clock::now())
{}

bool OutsideWait::goesOn()
{
    const Moment now = std::chrono::steady_clock::now();
    beat(now);
    if (!m_stop.stop_requested())
        return true;
    if (!m_stopSeenAt)
        m_stopSeenAt = now;
    return now - *m_stopSeenAt < grace;
}

bool OutsideWait::sleep(Milliseconds duration)
{
    const Moment end = std::chrono::steady_clock::now() + duration;
    while (!m_stop.stop_requested() && !m_broken) {
        const Moment now = std::chrono::steady_clock::now();
        if (now >= end)
            return true;
        beat(now);
        std::this_thread::sleep_for(std::min(std::chrono::ceil<Milliseconds>(end - now), slice));
    }
    return false;
}

void OutsideWait::beat(Moment now)
{
    if (!m_transaction || m_broken || now - m_lastBeat < beatEvery)
        return;
    m_lastBeat = now;
    if (const auto done = m_transaction->execute("SELECT 1", {}); !done)
        m_broken = done.error();
}

} // namespace outboard
