// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/time.h"

#include <QtGlobal>

#include <chrono>

namespace outboard {

/// Rests before each chunk of work as long as the chunk before it took (50 ms at most), so that
/// other clients of the server get at least half of its time however many chunks follow.
class Pacer
{
public:
    /// One chunk, from its construction (which rests) to its end.
    class Turn
    {
    public:
        explicit Turn(Pacer& pacer);
        ~Turn();
        Q_DISABLE_COPY_MOVE(Turn)

    private:
        Pacer& m_pacer;
        std::chrono::steady_clock::time_point m_begin;
    };

private:
    std::chrono::steady_clock::time_point m_restsUntil;
};

} // namespace outboard
