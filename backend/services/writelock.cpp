// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/writelock.h"

namespace outboard {

using namespace std::chrono_literals;

namespace {

constexpr Microseconds openFor = 15min;

} // namespace

WriteLock::WriteLock(const Profile& profile, Clock clock, QObject* parent)
    : QObject(parent)
    , m_profileName(profile.name)
    , m_asksForName(profile.environment == Environment::Production)
    , m_clock(std::move(clock))
{
    // Looks at the clock each second instead of waiting for 15 min: a laptop that slept must not
    // wake up armed.
    m_timer.setInterval(1s);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        if (!isArmed())
            disarm();
    });
}

bool WriteLock::isArmed() const
{
    const TimePoint now = m_clock();
    // Before armedAt: the desktop's clock was set back, and nobody knows how long it was open.
    return m_armedAt && now >= *m_armedAt && now < *m_armedAt + openFor;
}

std::optional<TimePoint> WriteLock::armedUntil() const
{
    return isArmed() ? std::optional(*m_armedAt + openFor) : std::nullopt;
}

Result<void> WriteLock::arm(const QString& typedName)
{
    if (m_asksForName && typedName != m_profileName) {
        return Error{
            Error::Kind::Refused,
            tr("This is production. Type the profile's name exactly to unlock writing."),
            {}};
    }
    m_armedAt = m_clock();
    m_timer.start();
    emit changed();
    return {};
}

void WriteLock::disarm()
{
    if (!m_armedAt)
        return;
    m_armedAt.reset();
    m_timer.stop();
    emit changed();
}

Error WriteLock::refusal() const
{
    return {
        Error::Kind::Refused,
        tr("Outboard is read-only now. Unlock writing for profile \"%1\" first.")
            .arg(m_profileName),
        {}};
}

} // namespace outboard
