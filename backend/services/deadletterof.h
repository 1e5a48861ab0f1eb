// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "brokers/deadlettercontrol.h"
#include "model/deadletter.h"
#include "model/event.h"
#include "model/message.h"
#include "model/outboxrow.h"
#include "outbox/deadrows.h"

namespace outboard {

class Broker;

/// A pending entry that its stream still has; see describePending().
DeadLetter deadLetterOf(const Message& message, const Broker& broker);

/// A pending entry that its stream no longer has: nothing is known of its event.
DeadLetter lostEntryOf(const BrokerTopic& topic, const Broker& broker);

/// Where the entry is pending, and since when. `now` is the broker's clock.
void describePending(
    DeadLetter& letter,
    const BrokerTopic& topic,
    const GroupName& group,
    const PendingEntry& entry,
    TimePoint now);

/// An element of a dead-letter place.
DeadLetter deadLetterOf(const DeadRecord& record, const DeadPlace& place, const Broker& broker);

/// A dead row of the outbox or of its table of dead letters.
DeadLetter deadLetterOf(
    const DeadRow& row, DeadWhere kind, const QByteArray& table, const Broker& broker);

/// Payload and row of an event that the broker lost. A row of another topic is not its own.
void completeFromOutbox(DeadLetter& letter, const OutboxRow& row);

/// The event to replay. Only what is still pending has an origin, which is acknowledged afterwards.
Event eventOf(const DeadLetter& letter);

} // namespace outboard
