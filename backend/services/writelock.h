// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "core/time.h"
#include "settings/profile.h"

#include <QObject>
#include <QTimer>

#include <optional>

namespace outboard {

/// Whether actions may change anything. Closed at first; open for 15 min at a time.
class WriteLock final : public QObject
{
    Q_OBJECT

public:
    WriteLock(const Profile& profile, Clock clock, QObject* parent);

    bool isArmed() const;
    std::optional<TimePoint> armedUntil() const;

    /// Opens it, or starts its 15 min again. Error::Refused unless `typedName` is the profile's
    /// name, which is asked for in production only.
    Result<void> arm(const QString& typedName);
    void disarm();

    /// What an action answers while it is closed.
    Error refusal() const;

signals:
    void changed();

private:
    QString m_profileName;
    bool m_asksForName;
    Clock m_clock;
    QTimer m_timer;
    std::optional<TimePoint> m_armedAt;
};

} // namespace outboard
