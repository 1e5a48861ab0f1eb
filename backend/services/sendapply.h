// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "services/replayitem.h"

namespace outboard {

class Broker;
class Handler;
class Ledger;

/// Applies events through a handler whose guard are the consumers' own ledgers. What was sent has
/// no verdict yet; sending cannot be undone, so it is one event at a time.
class SendApply
{
public:
    /// `ledger` may be null.
    SendApply(Handler& handler, Ledger* ledger, const Broker& broker);

    /// Settles the items that are not settled. An error means that the run cannot go on.
    Result<void> apply(ReplayChunk& chunk);

private:
    Result<void> applyOne(ReplayItem& item);
    Result<bool> isProcessed(const ReplayItem& item) const;

    Handler& m_handler;
    Ledger* m_ledger;
    const Broker& m_broker;
};

} // namespace outboard
