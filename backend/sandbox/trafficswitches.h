// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

#include <atomic>
#include <memory>

namespace outboard {

/// What the incidents ask of the shop's actors, which look at it in every round. Shared by threads.
struct TrafficSwitches
{
    /// Which version of billing's SQL runs next; None: as it is.
    enum class Deploy { None, Strict, Tolerant };

    std::atomic<bool> isProducerStopped =
        false; ///< No new orders, so that the rest can be counted.
    std::atomic<bool> isRelayStopped = false;
    std::atomic<bool> relayLosesMarks = false; ///< It dies between append and mark, now and then.
    std::atomic<bool> isConsumerCrashed = false;
    std::atomic<bool> isCrashDone = false; ///< The consumer holds what it should, and is gone.
    std::atomic<Deploy> deploy = Deploy::None;
    std::atomic<qint64> burstOrders = 0;    ///< Paid orders to commit at once.
    std::atomic<qint64> poisonOrders = 0;   ///< Orders to commit whose event billing cannot handle.
    std::atomic<int> retryRound = 0;        ///< When it grows, consumers retry all that they hold.
    std::atomic<bool> trimsStreams = false; ///< The relay keeps hardly any entries in the streams.
    std::atomic<bool> isEmailStopped = false;
    std::atomic<bool> areConsumersPaused = false;
    std::atomic<int> pausedConsumers = 0;    ///< How many of them have noticed.
    std::atomic<bool> prunesLedger = false;  ///< Billing's ledger forgets what is 20 s old.
    std::atomic<int> markDelayMs = 0;        ///< What every row costs that is marked as published.
    std::atomic<bool> blocksHeadRow = false; ///< Somebody forgot a transaction.
    std::atomic<qint64> eventsToLose = 0; ///< So many are in the streams when Redis starts again.
};

using TrafficSwitchesPtr = std::shared_ptr<TrafficSwitches>;

} // namespace outboard
