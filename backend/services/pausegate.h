// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>

namespace outboard {

/// Holds a run between chunks for as long as the operator wants. Any thread may call.
/// A run that is held has written down all that it did: killed then, it is resumed with nothing in
/// doubt.
class PauseGate
{
public:
    void pause() { m_isPaused = true; }

    void goOn() { m_isPaused = false; }

    bool isPaused() const { return m_isPaused; }

    /// Whether a run has come to rest at the gate: nothing is under way any more.
    bool isHolding() const { return m_isHolding; }

    /// For the run.
    void setHolding(bool isHolding) { m_isHolding = isHolding; }

private:
    std::atomic<bool> m_isPaused = false;
    std::atomic<bool> m_isHolding = false;
};

} // namespace outboard
