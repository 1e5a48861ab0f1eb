// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"

#include <condition_variable>
#include <mutex>
#include <stop_token>

namespace outboard {

/// Makes one fake server unreachable or slow while lanes use it. Any thread may call.
class FakeSwitch
{
public:
    /// Every call answers Error::Unreachable, and so does opening, until it is taken back.
    void setUnreachable(bool unreachable);
    bool isUnreachable() const;

    /// Calls wait until release(), as on a server that hangs.
    void hold();
    void release();

    /// Calls that wait now.
    int waiting() const;

    /// Calls that arrived so far, those of opening included.
    qint64 calls() const;

    /// What every call of a fake connection begins with. `stop` ends the wait with
    /// Error::Cancelled.
    Result<void> enter(const std::stop_token& stop);

private:
    mutable std::mutex m_mutex;
    std::condition_variable_any m_changed;
    bool m_isUnreachable = false;
    bool m_isHeld = false;
    int m_waiting = 0;
    qint64 m_calls = 0;
};

} // namespace outboard
