// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "core/time.h"

#include <chrono>
#include <optional>
#include <stop_token>

namespace outboard {

class SqlTransaction;

/// What a handler does all the time while it waits for something outside of the database: it keeps
/// the ledger's transaction from being ended as idle, and sees that the run is to stop.
class OutsideWait
{
public:
    /// What is under way when a stop is asked for may end by itself within this time: cut off, it
    /// would be in doubt.
    static constexpr Milliseconds grace{2'000};

    /// `transaction` may be null: nothing is to be kept then.
    OutsideWait(std::stop_token stop, SqlTransaction* transaction);

    /// To be asked every few hundredths of a second. False when what is under way must be cut off.
    /// Source: SELECT 1 every 15 s.
    bool goesOn();

    bool isStopAsked() const { return m_stop.stop_requested(); }

    /// Set once the transaction broke: what happens outside from now on would have no ledger row.
    const std::optional<Error>& broken() const { return m_broken; }

    /// Sleeps, in vain when a stop is asked for or the transaction broke: false then.
    bool sleep(Milliseconds duration);

private:
    using Moment = std::chrono::steady_clock::time_point;

    void beat(Moment now);

    std::stop_token m_stop;
    SqlTransaction* m_transaction;
    Moment m_lastBeat;
    std::optional<Moment> m_stopSeenAt;
    std::optional<Error> m_broken;
};

} // namespace outboard
