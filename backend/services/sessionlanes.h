// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/lane.h"
#include "services/connections.h"

#include <QString>

namespace outboard {

/// The read-only lanes of what panels ask, apart from the poller's, so that a long page does not
/// delay a round; outbox and broker apart from each other, so that a dead one does not hold up the
/// other.
class SessionLanes
{
public:
    explicit SessionLanes(const BackendsPtr& backends);
    ~SessionLanes();
    Q_DISABLE_COPY_MOVE(SessionLanes)

    /// For jobs that need the outbox.
    Lane<Connections>& outbox() { return m_outbox; }

    /// For jobs that need the broker, and ledgers.
    Lane<Connections>& broker() { return m_broker; }

    /// For the previews of the confirm dialogs, which may join all of them.
    Lane<Connections>& previews() { return m_previews; }

    /// For dead letters, which join all of them and may take long.
    Lane<Connections>& dead() { return m_dead; }

    /// Without waiting; the destructor waits.
    void close();

private:
    Lane<Connections> m_outbox;
    Lane<Connections> m_broker;
    Lane<Connections> m_previews;
    Lane<Connections> m_dead;
};

} // namespace outboard
