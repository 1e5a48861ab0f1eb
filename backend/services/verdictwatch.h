// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "services/replayer.h"
#include "services/replayitem.h"

#include <stop_token>

namespace outboard {

/// Asks the ledger for events that were sent, until consumers confirmed them.
class VerdictWatch
{
public:
    /// Without a ledger nothing is ever confirmed, and nothing waits.
    VerdictWatch(Ledger* ledger, Milliseconds timeout, Replayer::SleepFn sleep);

    /// Settles what the ledger holds as Applied; returns when that is everything, after the timeout
    /// or when stopped. The others keep NoVerdict, with the reason.
    Result<void> watch(ReplayChunk& sent, const std::stop_token& stop);

private:
    /// How many are not confirmed yet.
    Result<qint64> ask(ReplayChunk& sent);

    Ledger* m_ledger;
    Milliseconds m_timeout;
    Replayer::SleepFn m_sleep;
};

} // namespace outboard
