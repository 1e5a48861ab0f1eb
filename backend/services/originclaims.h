// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "model/pending.h"
#include "services/replayitem.h"

namespace outboard {

class Broker;
class Ledger;

/// Takes the pending entries of a chunk before its events are applied, and acknowledges them after.
/// Events without an origin pass untouched.
class OriginClaims
{
public:
    /// `ledger` may be null; it only makes reasons better.
    OriginClaims(Broker& broker, Ledger* ledger, Milliseconds idleThreshold);

    /// Claims for replayConsumer(), never below the idle threshold. Entries that could not be
    /// claimed are settled with the reason. An error means that the run cannot go on; what was not
    /// claimed then is settled as NotRun.
    Result<void> claim(ReplayChunk& chunk);

    /// Acknowledges the entries of events whose effect is done; what could not be acknowledged is
    /// said in their reason. An error means that the run cannot go on.
    Result<void> acknowledge(ReplayChunk& chunk);

private:
    using Items = std::vector<ReplayItem*>;

    Result<void> claimList(const EventOrigin& list, const Items& items);
    /// An earlier attempt of this run may own entries that are not idle long enough to be claimed.
    Result<void> settleTaken(const EventOrigin& list, const Items& items);
    void settleNotPending(const Items& items);
    Result<void> acknowledgeList(const EventOrigin& list, const Items& items);

    Broker& m_broker;
    Ledger* m_ledger;
    Milliseconds m_idleThreshold;
};

} // namespace outboard
