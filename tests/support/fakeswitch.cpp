// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/fakeswitch.h"

namespace outboard {

using namespace Qt::StringLiterals;

void FakeSwitch::setUnreachable(bool unreachable)
{
    const std::lock_guard lock(m_mutex);
    m_isUnreachable = unreachable;
}

bool FakeSwitch::isUnreachable() const
{
    const std::lock_guard lock(m_mutex);
    return m_isUnreachable;
}

void FakeSwitch::hold()
{
    const std::lock_guard lock(m_mutex);
    m_isHeld = true;
}

void FakeSwitch::release()
{
    const std::lock_guard lock(m_mutex);
    m_isHeld = false;
    m_changed.notify_all();
}

int FakeSwitch::waiting() const
{
    const std::lock_guard lock(m_mutex);
    return m_waiting;
}

qint64 FakeSwitch::calls() const
{
    const std::lock_guard lock(m_mutex);
    return m_calls;
}

Result<void> FakeSwitch::enter(const std::stop_token& stop)
{
    std::unique_lock lock(m_mutex);
    ++m_calls;
    ++m_waiting;
    const bool isReleased = m_changed.wait(lock, stop, [this] { return !m_isHeld; });
    --m_waiting;
    if (!isReleased)
        return Error{Error::Kind::Cancelled, u"The lane closed while the server hung."_s, {}};
    if (m_isUnreachable)
        return Error{Error::Kind::Unreachable, u"The fake server cannot be reached."_s, {}};
    return {};
}

} // namespace outboard
