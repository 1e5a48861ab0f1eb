// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "services/replayitem.h"

#include <functional>
#include <span>

namespace outboard {

class Handler;
class Ledger;

/// Applies events of one group through a handler whose guard is the ledger: the ledger row and the
/// work are one transaction, so an event is applied exactly once whoever else tries.
class GuardedApply
{
public:
    /// `goesOn` is asked after every event that was applied alone; false leaves the rest not run.
    GuardedApply(Handler& handler, Ledger& ledger, std::function<bool(ReplayItem&)> goesOn);

    /// Settles every item that is not settled. A batch that fails is rolled back and redone one
    /// transaction per event, so that one bad event does not keep the others. An error means that
    /// the run cannot go on.
    Result<void> apply(ReplayChunk& chunk);

private:
    using Items = std::vector<ReplayItem*>;

    /// What one transaction did, and what is known when it failed.
    struct Attempt
    {
        Result<std::vector<EventId>> inserted;
        std::vector<EventId> begun;          ///< Handed to the handler.
        std::optional<Result<void>> handled; ///< The handler's answer, when it was called.
    };

    Attempt attempt(const Items& items);
    /// True when all items were settled; false when they have to be redone one by one.
    Result<bool> applyTogether(const Items& items);
    Result<void> applyOneByOne(const Items& items);
    Result<void> applyAlone(ReplayItem& item);
    /// False: the commit that was in doubt did not happen.
    Result<bool> settleInDoubt(const Items& items, const Attempt& attempt);
    Result<void> settleFailure(ReplayItem& item, const Attempt& attempt);
    void settleCommitted(const Items& items, const std::vector<EventId>& inserted);

    Handler& m_handler;
    Ledger& m_ledger;
    std::function<bool(ReplayItem&)> m_goesOn;
};

} // namespace outboard
