// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "services/replayitem.h"

#include <QByteArray>
#include <QHash>
#include <QString>

namespace outboard {

/// Which events wait for which: those of one key, and copies of one event.
class KeyOrder
{
public:
    /// Events with the same token run one after another. A key belongs to an aggregate, whatever
    /// topics its events have.
    static QByteArray tokenOf(const Event& event);

    /// Remembers a settled item that those behind it must not overtake: one of a key that was not
    /// applied, or one in doubt.
    void note(const ReplayItem& item);

    /// Why the event must not run now, translated; empty when it may.
    QString heldBackBecause(const Event& event) const;

private:
    struct Obstacle
    {
        EventId id;
        OutcomeKind kind;
    };

    QHash<QByteArray, Obstacle> m_obstacles;
};

} // namespace outboard
