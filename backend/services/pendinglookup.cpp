// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/pendinglookup.h"

#include "brokers/broker.h"
#include "services/pendingpages.h"

#include <QCoreApplication>

#include <algorithm>

namespace outboard {

namespace {

// A page around one id need not be large; many ids are mostly neighbours.
constexpr qint64 smallestPage = 50;
constexpr qint64 largestPage = 2'000;
constexpr qint64 heldEntries = 10'000;

/// Ends a walk that went far enough.
Error enough()
{
    return {Error::Kind::Cancelled, {}, {}};
}

Error stopped()
{
    return {
        Error::Kind::Cancelled,
        QCoreApplication::translate("outboard", "Stopped before the pending lists were read."),
        {}};
}

std::vector<EntryId> sorted(std::span<const EntryId> ids)
{
    std::vector<EntryId> all(ids.begin(), ids.end());
    std::ranges::sort(all);
    const auto rest = std::ranges::unique(all);
    all.erase(rest.begin(), rest.end());
    return all;
}

} // namespace

Result<QHash<EntryId, PendingEntry>> findPending(
    Broker& broker,
    const BrokerTopic& topic,
    const GroupName& group,
    std::span<const EntryId> ids,
    const std::stop_token& stop)
{
    QHash<EntryId, PendingEntry> found;
    PendingControl* pending = broker.pending();
    const auto wanted = sorted(ids);
    auto at = wanted.begin();
    PendingQuery query;
    query.topic = topic;
    query.group = group;
    while (pending && at != wanted.end()) {
        if (stop.stop_requested())
            return stopped();
        query.from = *at;
        query.limit = std::clamp<qint64>((wanted.end() - at) * 2, smallestPage, largestPage);
        const auto page = pending->page(query);
        if (!page && page.error().kind == Error::Kind::Missing)
            return found;
        if (!page)
            return page.error();
        for (const PendingEntry& entry : page->entries) {
            if (std::ranges::binary_search(wanted, entry.id))
                found.insert(entry.id, entry);
        }
        at = page->next ? std::ranges::lower_bound(wanted, *page->next) : wanted.end();
    }
    return found;
}

Result<QHash<EventId, PendingEntry>> findInFlight(
    Broker& broker,
    const BrokerTopic& topic,
    const GroupName& group,
    Milliseconds idle,
    const std::stop_token& stop)
{
    QHash<EventId, PendingEntry> found;
    if (!broker.pending())
        return found;
    PendingQuery query;
    query.topic = topic;
    query.group = group;
    const auto done = forEachPendingPage(broker, query, stop, [&](auto& page) -> Result<void> {
        QHash<EntryId, PendingEntry> fresh;
        std::vector<EntryId> ids;
        for (const PendingEntry& entry : page) {
            if (entry.idle >= idle)
                continue;
            fresh.insert(entry.id, entry);
            ids.push_back(entry.id);
        }
        if (ids.empty())
            return {};
        const auto messages = broker.fetch(topic, ids);
        if (!messages)
            return messages.error();
        for (const Message& message : *messages) {
            if (!message.eventId.isEmpty())
                found.insert(message.eventId, fresh.value(message.id));
        }
        return {};
    });
    if (!done && done.error().kind != Error::Kind::Missing)
        return done.error();
    return found;
}

Result<QHash<EventId, PendingEntry>> findHeld(
    Broker& broker,
    const BrokerTopic& topic,
    const GroupName& group,
    const QSet<EventId>& events,
    const std::stop_token& stop)
{
    QHash<EventId, PendingEntry> found;
    if (!broker.pending())
        return found;
    PendingQuery query;
    query.topic = topic;
    query.group = group;
    qint64 looked = 0;
    const auto done = forEachPendingPage(broker, query, stop, [&](auto& page) -> Result<void> {
        looked += qint64(page.size());
        if (looked > heldEntries)
            return enough();
        std::vector<EntryId> ids;
        std::ranges::transform(page, std::back_inserter(ids), &PendingEntry::id);
        const auto messages = broker.fetch(topic, ids);
        if (!messages)
            return messages.error();
        QHash<EntryId, EventId> eventIds;
        for (const Message& message : *messages)
            eventIds.insert(message.id, message.eventId);
        for (const PendingEntry& entry : page) {
            if (const EventId id = eventIds.value(entry.id); events.contains(id))
                found.insert(id, entry);
        }
        return {};
    });
    if (!done && looked <= heldEntries && done.error().kind != Error::Kind::Missing)
        return done.error();
    return found;
}

} // namespace outboard
