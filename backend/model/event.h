// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/strongid.h"
#include "core/time.h"
#include "model/entryid.h"

#include <QByteArray>
#include <QList>

#include <optional>

namespace outboard {

/// Where a copy of an event waits, so that it can be acknowledged once it was handled.
struct EventOrigin
{
    BrokerTopic topic;
    GroupName group;
    EntryId entry;

    friend bool operator==(const EventOrigin&, const EventOrigin&) = default;
};

/// An event to replay: the frozen id with the payload that was read when it was planned.
struct Event
{
    EventId id;
    TopicName topic;
    std::optional<QByteArray> payload; ///< Absent when neither broker nor outbox still have it.
    std::optional<TimePoint> createdAt;
    std::optional<OutboxRowId> row;
    std::optional<EventOrigin> origin; ///< Absent for events that do not come from a pending list.
    std::optional<QByteArray> key;

    friend bool operator==(const Event&, const Event&) = default;
};

enum class LedgerMark {
    Processed,
    Unprocessed,
    Unknown, ///< No ledger bound to the group, or the event is older than the ledger's retention.
};

} // namespace outboard
