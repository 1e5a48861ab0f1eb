// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/time.h"
#include "services/replayer.h"

#include <optional>
#include <stop_token>

namespace outboard {

/// Keeps a run at so many events per second, measured from the end of each chunk's allowance.
class ReplayPacer
{
public:
    /// Without a rate nothing waits.
    ReplayPacer(std::optional<double> eventsPerSecond, Clock clock, Replayer::SleepFn sleep);

    /// How many events may go at once: one second's worth, at least one.
    std::optional<qint64> burst() const;

    /// How long until the events before are paid for.
    Microseconds untilTurn() const;

    /// Waits until then.
    void waitForTurn(const std::stop_token& stop);

    /// Notes events that are about to be applied.
    void spend(qint64 events);

private:
    std::optional<double> m_rate;
    Clock m_clock;
    Replayer::SleepFn m_sleep;
    TimePoint m_nextAt;
    Microseconds m_lastSpent{0};
};

} // namespace outboard
