// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/pacer.h"

#include <algorithm>
#include <thread>

namespace outboard {

using namespace std::chrono_literals;

Pacer::Turn::Turn(Pacer& pacer)
    : m_pacer(pacer)
{
    std::this_thread::sleep_until(m_pacer.m_restsUntil);
    m_begin = std::chrono::steady_clock::now();
}

Pacer::Turn::~Turn()
{
    const auto end = std::chrono::steady_clock::now();
    m_pacer.m_restsUntil = end + std::min<std::chrono::steady_clock::duration>(end - m_begin, 50ms);
}

} // namespace outboard
