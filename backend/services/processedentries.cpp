// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/processedentries.h"

#include "brokers/broker.h"
#include "ledger/ledger.h"

#include <QHash>

#include <algorithm>

namespace outboard {

Result<ProcessedEntries> processedAmong(
    Broker& broker,
    Ledger& ledger,
    const BrokerTopic& topic,
    const GroupName& group,
    const std::vector<PendingEntry>& entries)
{
    std::vector<EntryId> asked;
    std::ranges::transform(entries, std::back_inserter(asked), &PendingEntry::id);
    const auto messages = broker.fetch(topic, asked);
    if (!messages)
        return messages.error();
    QHash<EntryId, EventId> eventOf;
    for (const Message& message : *messages) {
        if (!message.eventId.isEmpty())
            eventOf.insert(message.id, message.eventId);
    }
    ProcessedEntries found;
    std::vector<EntryId> readable;
    std::vector<EventId> events;
    for (const EntryId& id : asked) {
        if (!eventOf.contains(id)) {
            found.unreadable.push_back(id);
            continue;
        }
        readable.push_back(id);
        events.push_back(eventOf.value(id));
    }
    // Only rows that exist count here, so the events' ages do not matter.
    const std::vector<std::optional<TimePoint>> ages(events.size());
    const auto marks = ledger.find(group, events, ages);
    if (!marks)
        return marks.error();
    for (size_t i = 0; i < readable.size(); ++i) {
        if ((*marks)[i] == LedgerMark::Processed)
            found.ids.push_back(readable[i]);
    }
    return found;
}

} // namespace outboard
