// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/lane.h"
#include "outbox/relayline.h"

#include <QFuture>

#include <memory>
#include <vector>

namespace outboard {

/// The lines of a relay run, each on a thread of its own: one locks the batch after, the other
/// marks the batch before, while the run's own thread hands one to the broker.
class RelayLanes
{
public:
    /// `lines` stay the caller's, and must outlive every answer that was asked for.
    explicit RelayLanes(const RelayLines& lines);

    /// Works that are asked of one lane are done in that order.
    QFuture<Result<LockedRows>> lock(std::size_t lane, const RelayBatch& batch);
    QFuture<Result<RelayReport>> mark(std::size_t lane, std::vector<Result<EntryId>> results);

private:
    struct Held
    {
        RelayLine* line;

        /// What broke says so itself; it is never opened again.
        bool isUsable() const { return true; }
    };

    std::vector<std::unique_ptr<Lane<Held>>> m_lanes;
};

} // namespace outboard
