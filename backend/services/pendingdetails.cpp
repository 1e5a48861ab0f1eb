// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/pendingdetails.h"

#include "services/connections.h"
#include "services/eventof.h"

#include <QCoreApplication>
#include <QHash>

#include <algorithm>
#include <vector>

namespace outboard {

namespace {

Error noPendingLists()
{
    return {
        Error::Kind::Refused,
        QCoreApplication::translate("outboard", "This kind of broker has no pending lists."),
        {}};
}

Result<void> addMessages(Broker& broker, const BrokerTopic& topic, QList<PendingDetail>& details)
{
    std::vector<EntryId> ids;
    for (const PendingDetail& detail : details)
        ids.push_back(detail.entry.id);
    const auto messages = broker.fetch(topic, ids);
    if (!messages)
        return messages.error();
    QHash<EntryId, Message> byId;
    for (const Message& message : *messages)
        byId.insert(message.id, message);
    for (PendingDetail& detail : details) {
        if (const auto found = byId.constFind(detail.entry.id); found != byId.constEnd())
            detail.message = *found;
    }
    return {};
}

/// The answer is the note: empty when the ledger was asked.
QString addMarks(
    Connections& connections,
    const Broker& broker,
    const GroupName& group,
    QList<PendingDetail>& details)
{
    const auto ledger = connections.ledgerOf(group);
    if (!ledger) {
        return QCoreApplication::translate("outboard", "The ledger does not answer: %1")
            .arg(ledger.error().what);
    }
    if (!*ledger) {
        return QCoreApplication::translate(
                   "outboard",
                   "No ledger of the profile records the events of group \"%1\": what it has "
                   "processed is not known.")
            .arg(group.text());
    }
    std::vector<PendingDetail*> asked;
    std::vector<EventId> ids;
    // An event older than the ledger's retention is unknown, not unprocessed.
    std::vector<std::optional<TimePoint>> createdAt;
    for (PendingDetail& detail : details) {
        if (!detail.message || detail.message->eventId.isEmpty())
            continue;
        asked.push_back(&detail);
        ids.push_back(detail.message->eventId);
        createdAt.push_back(eventOf(*detail.message, broker).createdAt);
    }
    const auto marks = (*ledger)->find(group, ids, createdAt);
    if (!marks) {
        return QCoreApplication::translate("outboard", "The ledger does not answer: %1")
            .arg(marks.error().what);
    }
    for (size_t i = 0; i < asked.size(); ++i)
        asked[i]->ledger = (*marks)[i];
    return {};
}

} // namespace

Result<PendingDetails> readPending(
    Connections& connections, const PendingQuery& query, const Clock& clock)
{
    const auto broker = connections.broker();
    if (!broker)
        return broker.error();
    PendingControl* control = (*broker)->pending();
    if (!control)
        return noPendingLists();
    const auto page = control->page(query);
    if (!page)
        return page.error();
    PendingDetails details;
    details.next = page->next;
    for (const PendingEntry& entry : page->entries)
        details.entries.append({entry, std::nullopt, LedgerMark::Unknown});
    if (const auto added = addMessages(**broker, query.topic, details.entries); !added)
        return added.error();
    details.note = addMarks(connections, **broker, query.group, details.entries);
    details.at = clock();
    return details;
}

} // namespace outboard
