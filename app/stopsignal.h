// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

#include <stop_token>
#include <thread>

namespace outboard {

/// Turns the first SIGINT or SIGTERM into a stop request, which takes effect at the next chunk; the
/// second one ends the process as if Outboard had never asked. At most one may exist.
class StopSignal
{
public:
    StopSignal();
    ~StopSignal();
    Q_DISABLE_COPY_MOVE(StopSignal)

    std::stop_token token() const { return m_source.get_token(); }

private:
    std::stop_source m_source;
    std::thread m_listener;
};

} // namespace outboard
