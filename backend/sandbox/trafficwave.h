// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/time.h"

#include <QtGlobal>

#include <random>

namespace outboard {

/// How many events happen: a wave like a day's, five minutes long so that it can be seen, with
/// noise that drifts, and arrivals that know nothing of each other.
class TrafficWave
{
public:
    TrafficWave(double eventsPerSecond, quint32 seed);

    /// Events in the next `step` of time.
    qint64 draw(Milliseconds step);

private:
    std::mt19937 m_random;
    double m_eventsPerSecond;
    double m_noise = 0;
    Milliseconds m_at{0};
};

} // namespace outboard
