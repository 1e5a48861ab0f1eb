// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "model/pending.h"

#include <QHash>
#include <QSet>

#include <span>
#include <stop_token>

namespace outboard {

class Broker;

/// Those of `ids` that are pending now. Reads only the parts of the list where they can be.
/// A group or stream that does not exist has nothing pending.
Result<QHash<EntryId, PendingEntry>> findPending(
    Broker& broker,
    const BrokerTopic& topic,
    const GroupName& group,
    std::span<const EntryId> ids,
    const std::stop_token& stop);

/// Entries that were delivered less than `idle` ago, by the event that they hold: what consumers
/// work on now.
Result<QHash<EventId, PendingEntry>> findInFlight(
    Broker& broker,
    const BrokerTopic& topic,
    const GroupName& group,
    Milliseconds idle,
    const std::stop_token& stop);

/// Those of these events that are pending, however long. Looks at 10 000 entries at most; what is
/// beyond is not found.
Result<QHash<EventId, PendingEntry>> findHeld(
    Broker& broker,
    const BrokerTopic& topic,
    const GroupName& group,
    const QSet<EventId>& events,
    const std::stop_token& stop);

} // namespace outboard
