// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/trafficwave.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace outboard {

using namespace std::chrono_literals;

namespace {

using Seconds = std::chrono::duration<double>;

constexpr Seconds day = 300s;
constexpr double waveHeight = 0.5;
constexpr Seconds noiseMemory = 10s;
constexpr double noiseHeight = 0.2;

} // namespace

TrafficWave::TrafficWave(double eventsPerSecond, quint32 seed)
    : m_random(seed)
    , m_eventsPerSecond(eventsPerSecond)
{}

qint64 TrafficWave::draw(Milliseconds step)
{
    m_at += step;
    const double kept = std::exp(-(Seconds(step) / noiseMemory));
    m_noise = m_noise * kept
              + std::normal_distribution<>(0, noiseHeight * std::sqrt(1 - kept * kept))(m_random);
    const double wave = waveHeight * std::sin(2 * std::numbers::pi * (Seconds(m_at) / day));
    const double rate = m_eventsPerSecond * std::max(0.1, 1 + wave + m_noise);
    const double expected = rate * Seconds(step).count();
    return expected > 0 ? std::poisson_distribution<qint64>(expected)(m_random) : 0;
}

} // namespace outboard
