// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/sourcewatch.h"

#include <algorithm>

namespace outboard {

using namespace std::chrono_literals;

namespace {

constexpr Microseconds longestWait = 30s;

/// Whether asking each round would only hammer a server that is gone or says no to the login.
bool backsOff(Error::Kind kind)
{
    switch (kind) {
    case Error::Kind::Unreachable:
    case Error::Kind::Timeout:
    case Error::Kind::Auth:
    case Error::Kind::Tls:
    case Error::Kind::Protocol: return true;
    case Error::Kind::Missing:
    case Error::Kind::Refused:
    case Error::Kind::Conflict:
    case Error::Kind::Cancelled:
    case Error::Kind::Internal: break;
    }
    return false;
}

Microseconds waitAfter(int failures)
{
    return std::min<Microseconds>(1s * (1 << std::min(failures - 1, 5)), longestWait);
}

} // namespace

SourceWatch::SourceWatch(QString name)
{
    m_health.name = std::move(name);
}

bool SourceWatch::isDue(TimePoint now) const
{
    // A wait longer than the longest means that the desktop's clock was set back.
    return !m_health.nextTry || now >= *m_health.nextTry || *m_health.nextTry - now > longestWait;
}

void SourceWatch::answered(
    TimePoint roundStartedAt,
    TimePoint now,
    std::optional<Microseconds> roundTrip,
    std::optional<Error> error)
{
    m_health.isOk = !error;
    m_health.error = error;
    m_health.roundTrip = roundTrip;
    m_health.nextTry.reset();
    if (!error)
        m_health.failingSince.reset();
    else if (!m_health.failingSince)
        m_health.failingSince = roundStartedAt;
    m_failures = error && backsOff(error->kind) ? m_failures + 1 : 0;
    if (m_failures > 0)
        m_health.nextTry = now + waitAfter(m_failures);
}

} // namespace outboard
