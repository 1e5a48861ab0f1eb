// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/replayladder.h"

namespace outboard {

ReplayLadder::ReplayLadder(const QList<qint64>& steps)
    : m_steps(steps)
{
    m_steps.removeIf([](qint64 step) { return step < 1; });
}

std::optional<qint64> ReplayLadder::left() const
{
    return m_steps.isEmpty() ? std::nullopt : std::optional(m_steps.first());
}

bool ReplayLadder::climb(qint64 events)
{
    if (m_steps.isEmpty())
        return false;
    Q_ASSERT(events <= m_steps.first());
    m_steps.first() -= events;
    if (m_steps.first() > 0)
        return false;
    m_steps.removeFirst();
    return true;
}

} // namespace outboard
