// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/count.h"
#include "core/strongid.h"
#include "core/time.h"
#include "model/entryid.h"

#include <QList>

#include <optional>

namespace outboard {

struct ConsumerState
{
    ConsumerName name;
    Count pending;
    std::optional<Milliseconds> idle; ///< Since it last asked for anything.
    std::optional<Milliseconds>
        inactive; ///< Since it last got anything; absent where the server cannot say.

    friend bool operator==(const ConsumerState&, const ConsumerState&) = default;
};

struct GroupState
{
    GroupName name;
    Count lag;     ///< Messages not yet delivered to the group; unknown after deletions and trims.
    Count pending; ///< Delivered, not acknowledged; unknown for brokers without pending lists.
    std::optional<Milliseconds>
        oldestIdle; ///< Longest idle pending message seen in the first pages of the list.
    Count stuck;    ///< Pending longer than the idle threshold.
    Count poison;   ///< Delivered at least max_deliveries times and still pending.
    std::optional<qint64> maxDeliveries;
    QList<ConsumerState> consumers;
    std::optional<EntryId> lastDelivered;

    friend bool operator==(const GroupState&, const GroupState&) = default;
};

struct BrokerTopicState
{
    BrokerTopic name;
    Count length;
    std::optional<EntryId> firstId;
    std::optional<EntryId> lastId;
    std::optional<qint64> memoryBytes;
    QList<GroupState> groups;
    Count dead = Count::exact(0); ///< What lies in its dead-letter places.
    /// Of the entries up to this one some were deleted or trimmed, or may have been; above it all
    /// are there that ever were. Absent: none was.
    std::optional<EntryId> goneUpTo = {};
    QString
        problem; ///< Translated; e.g. that the key holds another type. The rest is then unknown.

    friend bool operator==(const BrokerTopicState&, const BrokerTopicState&) = default;
};

/// What one round knows of the broker.
struct BrokerState
{
    TimePoint at;                   ///< The server's clock (Redis TIME).
    QString server;                 ///< "Redis 7.0.15"
    QList<BrokerTopicState> topics; ///< By name.
    QString topicsNote;             ///< E.g. that discovery is not finished.

    friend bool operator==(const BrokerState&, const BrokerState&) = default;
};

} // namespace outboard
