// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "services/judgedledgers.h"
#include "services/replayer.h"
#include "services/replayitem.h"

#include <functional>
#include <map>
#include <stop_token>
#include <vector>

namespace outboard {

class Broker;

/// Asks the ledgers for events that were sent, until consumers confirmed them, and the pending
/// lists who has those that they did not.
class VerdictWatch
{
public:
    /// Called as soon as items are settled or their reason is another; an error ends the watch.
    using ChangedFn = std::function<Result<void>()>;

    /// Without a ledger nothing is ever confirmed, and nothing waits.
    VerdictWatch(
        JudgedLedgers ledgers, Broker& broker, Milliseconds timeout, Replayer::SleepFn sleep);

    /// Settles what all its ledgers hold as Applied; returns when that is everything, after the
    /// timeout or when stopped. The others keep NoVerdict, with the reason.
    Result<void> watch(ReplayChunk& sent, const std::stop_token& stop, const ChangedFn& changed);

private:
    using Open = std::vector<ReplayItem*>;

    /// Items that a ledger can still confirm, by the groups that have not.
    Result<std::map<GroupName, Open>> openItems(ReplayChunk& sent);
    /// True when a ledger confirmed something that it had not before.
    Result<bool> ask(const std::map<GroupName, Open>& open);
    /// Says of each item who holds it.
    void look(const std::map<GroupName, Open>& open, const std::stop_token& stop);
    void explain(const std::map<GroupName, Open>& open, Milliseconds waited);

    JudgedLedgers m_ledgers;
    Broker& m_broker;
    Milliseconds m_timeout;
    Replayer::SleepFn m_sleep;
};

} // namespace outboard
