// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "services/keyorder.h"
#include "services/replayitem.h"

#include <QHash>
#include <QSet>

#include <map>

namespace outboard {

/// The events that still have to run, handed out in the plan's order. Chunks that are out at the
/// same time never share a key, and never hold copies of one event.
class ReplayQueue
{
public:
    void add(ReplayItem item);

    /// An event that does not run, but that those of its key must not overtake.
    void note(const ReplayItem& item) { m_order.note(item); }

    /// Up to `size` events of one group. Empty when everything left waits for a chunk that is out.
    ReplayChunk take(qint64 size);

    /// The chunk is settled: those behind its keys may go, or are held back for good.
    void giveBack(const ReplayChunk& chunk);

    /// Settled as NotRun since the last call, because an event before them did not get through.
    ReplayChunk takeHeldBack();

    qint64 size() const { return m_size; }

    bool isEmpty() const { return m_size == 0; }

private:
    using Items = std::map<qsizetype, ReplayItem>;

    enum class Next { Taken, Passed, OtherGroup };

    Next tryNext(ReplayChunk& chunk, QSet<QByteArray>& mine);
    bool mustWait(const ReplayItem& item, const QByteArray& token, bool isMine) const;

    Items m_ready;
    QHash<QByteArray, Items> m_behind; ///< By token: those that wait for a chunk that is out.
    QSet<QByteArray> m_out;
    KeyOrder m_order;
    ReplayChunk m_heldBack;
    qint64 m_size = 0;
    qint64 m_lastSize = 1; ///< Of a chunk; as many are let go at once from behind a key.
};

} // namespace outboard
