// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"
#include "core/strongid.h"
#include "core/time.h"
#include "model/entryid.h"

#include <QList>

#include <optional>
#include <vector>

namespace outboard {

/// One pending entry. Under 64 bytes: a list can hold a million; consumer names are shared.
struct PendingEntry
{
    EntryId id;
    ConsumerName consumer;
    Milliseconds idle{0}; ///< Since its last delivery, by the server's clock.
    qint64 deliveries = 0;

    friend bool operator==(const PendingEntry&, const PendingEntry&) = default;
};

/// Which entries of one pending list.
struct PendingQuery
{
    BrokerTopic topic;
    GroupName group;
    std::optional<ConsumerName> consumer = {};
    Milliseconds minIdle{0};
    qint64 minDeliveries = 0;
    EntryId from = EntryId::lowest(); ///< Inclusive; pass PendingPage::next to go on.
    qint64 limit = 500;               ///< Entries looked at per page; the filter can leave fewer.

    friend bool operator==(const PendingQuery&, const PendingQuery&) = default;
};

struct PendingPage
{
    std::vector<PendingEntry> entries; ///< In id order.
    std::optional<EntryId> next;       ///< Absent when the end of the list was reached.
};

enum class ClaimEffect {
    HandOver, ///< To a named consumer, which sees it only when it re-reads its own pending list.
    TakeForReplay, ///< To outboard:<user>@<host>, which then handles and acknowledges it.
    Release,       ///< Idle raised so that the next auto-claim takes it; delivery count kept.
};

struct ClaimRequest
{
    BrokerTopic topic;
    GroupName group;
    std::vector<EntryId> ids;
    ClaimEffect effect = ClaimEffect::HandOver;
    ConsumerName
        consumer; ///< The new owner; for Release each entry keeps its own and this is ignored.
    Milliseconds minIdle{
        0}; ///< Always sent. 0 steals from live consumers; callers pass the stuck threshold.
};

/// Every id that was asked for is in exactly one of the lists.
struct ClaimReport
{
    std::vector<EntryId> claimed;
    std::vector<EntryId> taken;      ///< Not idle long enough any more: someone else works on it.
    std::vector<EntryId> notPending; ///< Acknowledged meanwhile.
    std::vector<EntryId> gone;       ///< Pending, but the entry is no longer in the stream.
    std::vector<EntryId> notTried;   ///< Not reached: stopped, or `error` came first.
    std::vector<EntryId> unknown;    ///< Sent, but the connection broke before the answer.
    std::optional<Error> error;      ///< Why the rest was not tried.
};

struct AckReport
{
    std::vector<EntryId> acknowledged;
    std::vector<EntryId> notPending; ///< Was acknowledged before.
    std::vector<EntryId> refused;    ///< The server or a guard refused.
    std::vector<EntryId> notTried;
    std::vector<EntryId> unknown; ///< Sent, but the connection broke before the answer.
    std::optional<Error> error;
};

} // namespace outboard
