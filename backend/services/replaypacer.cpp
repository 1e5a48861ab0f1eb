// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/replaypacer.h"

#include <algorithm>
#include <cmath>

namespace outboard {

ReplayPacer::ReplayPacer(
    std::optional<double> eventsPerSecond, Clock clock, Replayer::SleepFn sleep)
    : m_rate(eventsPerSecond && *eventsPerSecond > 0 ? eventsPerSecond : std::nullopt)
    , m_clock(std::move(clock))
    , m_sleep(std::move(sleep))
    , m_nextAt(m_clock())
{}

std::optional<qint64> ReplayPacer::burst() const
{
    if (!m_rate)
        return std::nullopt;
    return std::max<qint64>(1, qint64(std::min(*m_rate, 1e6)));
}

Microseconds ReplayPacer::untilTurn() const
{
    if (!m_rate)
        return Microseconds(0);
    // A desktop clock that was set back must not make the run wait for hours.
    return std::min(Microseconds(m_nextAt - m_clock()), m_lastSpent);
}

void ReplayPacer::waitForTurn(const std::stop_token& stop)
{
    if (const Microseconds wait = untilTurn(); wait > Microseconds(0))
        m_sleep(std::chrono::ceil<Milliseconds>(wait), stop);
}

void ReplayPacer::spend(qint64 events)
{
    if (!m_rate)
        return;
    m_lastSpent = Microseconds(qint64(std::ceil(double(events) * 1e6 / *m_rate)));
    m_nextAt = std::max(m_nextAt, m_clock()) + m_lastSpent;
}

} // namespace outboard
