// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/deadletterof.h"

#include "brokers/broker.h"
#include "services/eventof.h"

namespace outboard {

DeadLetter deadLetterOf(const Message& message, const Broker& broker)
{
    const Event event = eventOf(message, broker);
    DeadLetter letter;
    letter.eventId = event.id;
    letter.topic = event.topic;
    letter.stream = message.topic;
    letter.payload = event.payload;
    letter.createdAt = event.createdAt;
    letter.original.fields = message.fields;
    return letter;
}

DeadLetter lostEntryOf(const BrokerTopic& topic, const Broker& broker)
{
    DeadLetter letter;
    letter.topic = broker.topicOf(topic).value_or(TopicName(topic.bytes()));
    letter.stream = topic;
    return letter;
}

void describePending(
    DeadLetter& letter,
    const BrokerTopic& topic,
    const GroupName& group,
    const PendingEntry& entry,
    TimePoint now)
{
    const bool isThere = letter.payload || !letter.original.fields.isEmpty();
    letter.id = {
        isThere ? DeadWhere::Poison : DeadWhere::EntryGone, topic.bytes(), group, entry.id.bytes()};
    letter.group = group;
    letter.entry = entry.id;
    letter.deliveries = entry.deliveries;
    letter.diedAt = now - entry.idle;
    letter.original.consumer = entry.consumer;
}

DeadLetter deadLetterOf(const DeadRecord& record, const DeadPlace& place, const Broker& broker)
{
    DeadLetter letter = deadLetterOf(record.message, broker);
    // A place for all topics holds letters that do not say where they come from.
    if (record.message.topic.isEmpty())
        letter.topic = TopicName(fieldOf(record.message, "topic").value_or(QByteArray()));
    letter.id = {place.kind, place.name.bytes(), {}, record.id};
    letter.group = record.facts.group;
    letter.entry = record.facts.entry;
    letter.error = record.facts.error;
    letter.deliveries = record.facts.deliveries;
    letter.diedAt = record.facts.diedAt;
    letter.original = record.original;
    letter.original.consumer = record.facts.consumer;
    return letter;
}

DeadLetter deadLetterOf(
    const DeadRow& row, DeadWhere kind, const QByteArray& table, const Broker& broker)
{
    DeadLetter letter;
    letter.id = {kind, table, {}, row.id.bytes()};
    letter.eventId = row.eventId;
    letter.topic = row.topic;
    letter.stream = broker.destination(row.topic);
    letter.payload = row.payload;
    letter.error = row.error;
    letter.deliveries = row.deliveries;
    letter.diedAt = row.diedAt;
    letter.createdAt = row.createdAt;
    letter.key = row.key;
    if (kind == DeadWhere::OutboxRow)
        letter.row = row.id;
    letter.original.bytes = row.original;
    return letter;
}

void completeFromOutbox(DeadLetter& letter, const OutboxRow& row)
{
    if (letter.payload || (!letter.topic.isEmpty() && letter.topic != row.topic))
        return;
    letter.payload = row.payload;
    letter.isPayloadFromOutbox = true;
    letter.topic = row.topic;
    letter.createdAt = row.createdAt;
    letter.row = row.id;
    letter.key = row.key;
}

Event eventOf(const DeadLetter& letter)
{
    Event event;
    event.id = letter.eventId;
    event.topic = letter.topic;
    event.payload = letter.payload;
    event.createdAt = letter.createdAt;
    event.row = letter.row;
    event.key = letter.key;
    const bool isPending =
        letter.id.where == DeadWhere::Poison || letter.id.where == DeadWhere::EntryGone;
    if (isPending && letter.entry)
        event.origin = EventOrigin{letter.stream, letter.group, *letter.entry};
    return event;
}

} // namespace outboard
