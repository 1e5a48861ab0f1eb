// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/time.h"

namespace outboard {

/// The scale of a sandbox.
struct SandboxOptions
{
    bool hasTraffic = true;       ///< Without it only the history is there, and nothing moves.
    double eventsPerSecond = 20;  ///< On average; a wave and noise go around it.
    qint64 historyOrders = 2'000; ///< Orders of the past half hour, relayed and handled.
    qint64 heldEntries = 37;      ///< What the crashed consumer holds.
    qint64 poisonEvents = 3;
    qint64 lostEvents =
        100; ///< What is in the streams when Redis is restarted without persistence.

    int billingConsumers = 3;
    int emailConsumers = 2;
    Milliseconds relayEvery{1'000};
    Milliseconds retryAfter{2'000}; ///< A consumer tries a failed event again after that.
    qint64 attempts = 6;            ///< After that many deliveries a consumer leaves it pending.
    Milliseconds takeOverAfter{3'600'000}; ///< Consumers take over what others held for so long.

    friend bool operator==(const SandboxOptions&, const SandboxOptions&) = default;
};

} // namespace outboard
