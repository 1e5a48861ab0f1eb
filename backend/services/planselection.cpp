// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/planselection.h"

#include "brokers/broker.h"
#include "outbox/outboxstore.h"
#include "services/eventof.h"
#include "services/pendingpages.h"
#include "services/planerrors.h"

#include <QHash>
#include <QSet>

#include <algorithm>

namespace outboard {

namespace {

constexpr qint64 outboxPage = 1'000;
constexpr qint64 readPage = 500;
constexpr qint64 searchedMessages = 20'000;

/// Each id once, in the order given.
template<class Id>
std::vector<Id> once(const std::vector<Id>& ids)
{
    QSet<Id> seen;
    std::vector<Id> kept;
    for (const Id& id : ids) {
        if (!seen.contains(id))
            kept.push_back(id);
        seen.insert(id);
    }
    return kept;
}

} // namespace

PlanSelection::PlanSelection(
    const Profile& profile,
    OutboxStore* outbox,
    Broker& broker,
    const PlanRequest& request,
    ProgressFn progress,
    std::stop_token stop)
    : m_profile(profile)
    , m_outbox(outbox)
    , m_broker(broker)
    , m_request(request)
    , m_progress(std::move(progress))
    , m_stop(std::move(stop))
{}

Result<QList<Event>> PlanSelection::freeze()
{
    const auto frozen = [this] {
        switch (m_request.from) {
        case PlanRequest::From::Pending: return freezePending();
        case PlanRequest::From::Dead: return freezeDead();
        case PlanRequest::From::Outbox: return freezeOutbox();
        case PlanRequest::From::Ids: return freezeIds();
        }
        Q_UNREACHABLE();
    }();
    if (!frozen)
        return frozen.error();
    if (const auto filled = fillFromOutbox(); !filled)
        return filled.error();
    return m_events;
}

Result<void> PlanSelection::freezePending()
{
    if (!m_request.topic || m_request.group.isEmpty())
        return planErrors::needsStreamAndGroup();
    if (!m_request.entries.empty())
        return addPending(*m_request.topic, m_request.group, once(m_request.entries));
    PendingQuery query = m_request.pending;
    query.topic = *m_request.topic;
    query.group = m_request.group;
    const auto ids = pendingIds(query);
    if (!ids)
        return ids.error();
    return addPending(query.topic, query.group, *ids);
}

Result<std::vector<EntryId>> PlanSelection::pendingIds(const PendingQuery& query)
{
    std::vector<EntryId> ids;
    const auto done = forEachPendingPage(m_broker, query, m_stop, [&](auto& page) -> Result<void> {
        std::ranges::transform(page, std::back_inserter(ids), &PendingEntry::id);
        if (qint64(ids.size()) > m_request.limit)
            return planErrors::tooMany(m_request.limit);
        return {};
    });
    if (!done)
        return done.error();
    return ids;
}

Result<void> PlanSelection::addPending(
    const BrokerTopic& topic, const GroupName& group, std::span<const EntryId> ids)
{
    for (size_t at = 0; at < ids.size(); at += size_t(readPage)) {
        if (m_stop.stop_requested())
            return planErrors::stopped();
        const auto part = ids.subspan(at, std::min(size_t(readPage), ids.size() - at));
        const auto messages = m_broker.fetch(topic, part);
        if (!messages)
            return messages.error();
        QHash<EntryId, Event> events;
        for (const Message& message : *messages)
            events.insert(message.id, eventOf(message, m_broker));
        for (const EntryId& id : part) {
            Event event = events.value(id);
            event.origin = EventOrigin{topic, group, id};
            if (const auto added = add(std::move(event)); !added)
                return added;
        }
    }
    return {};
}

Result<void> PlanSelection::freezeOutbox()
{
    if (!m_outbox)
        return planErrors::needsOutbox();
    return m_request.rows.empty() ? addRows(m_request.outbox) : addExactRows();
}

Result<void> PlanSelection::addRows(const OutboxFilter& filter)
{
    OutboxFilter whole = filter;
    whole.payloadBytes = 0;
    std::optional<OutboxRowId> after;
    do {
        if (m_stop.stop_requested())
            return planErrors::stopped();
        const auto page = m_outbox->page(whole, after, outboxPage);
        if (!page)
            return page.error();
        for (const OutboxRow& row : page->rows) {
            if (const auto added = add(eventOf(row)); !added)
                return added;
        }
        after = page->next;
    } while (after);
    return {};
}

Result<void> PlanSelection::addExactRows()
{
    const auto ids = once(m_request.rows);
    const std::span<const OutboxRowId> all(ids);
    for (size_t at = 0; at < all.size(); at += size_t(outboxPage)) {
        if (m_stop.stop_requested())
            return planErrors::stopped();
        const auto part = all.subspan(at, std::min(size_t(outboxPage), all.size() - at));
        const auto rows = m_outbox->rows(part);
        if (!rows)
            return rows.error();
        QHash<OutboxRowId, Event> events;
        for (const OutboxRow& row : *rows)
            events.insert(row.id, eventOf(row));
        for (const OutboxRowId& id : part) {
            Event event = events.value(id);
            event.row = id;
            if (const auto added = add(std::move(event)); !added)
                return added;
        }
    }
    return {};
}

Result<void> PlanSelection::freezeIds()
{
    for (const EventId& id : once(m_request.ids)) {
        Event event;
        event.id = id;
        if (const auto added = add(std::move(event)); !added)
            return added;
    }
    if (const auto filled = fillFromOutbox(); !filled)
        return filled;
    return searchStream();
}

Result<void> PlanSelection::searchStream()
{
    QHash<EventId, qsizetype> wanted;
    for (qsizetype i = 0; i < m_events.size(); ++i) {
        if (!m_events[i].payload)
            wanted.insert(m_events[i].id, i);
    }
    MessageRange range;
    range.topic = m_request.topic.value_or(BrokerTopic());
    range.newestFirst = true;
    range.limit = readPage;
    qint64 looked = 0;
    while (m_request.topic && !wanted.isEmpty() && looked < searchedMessages) {
        if (m_stop.stop_requested())
            return planErrors::stopped();
        const auto messages = m_broker.read(range);
        if (!messages && messages.error().kind != Error::Kind::Missing)
            return messages.error();
        if (!messages || messages->isEmpty() || messages->last().id == EntryId::lowest())
            break;
        for (const Message& message : *messages) {
            if (const auto it = wanted.constFind(message.eventId);
                it != wanted.constEnd() && message.hasPayload) {
                m_events[*it] = eventOf(message, m_broker);
                wanted.erase(it);
            }
        }
        looked += messages->size();
        range.to = messages->last().id.previous();
    }
    return {};
}

Result<void> PlanSelection::fillFromOutbox()
{
    QHash<EventId, QList<qsizetype>> wanted;
    for (qsizetype i = 0; i < m_events.size() && m_outbox; ++i) {
        if (!m_events[i].payload && !m_events[i].id.isEmpty())
            wanted[m_events[i].id].append(i);
    }
    const QList<EventId> ids = wanted.keys();
    for (qsizetype at = 0; at < ids.size(); at += outboxPage) {
        if (m_stop.stop_requested())
            return planErrors::stopped();
        const QList<EventId> part = ids.mid(at, outboxPage);
        const auto rows = m_outbox->rowsOfEvents(part);
        if (!rows)
            return rows.error();
        for (const OutboxRow& row : *rows)
            fill(wanted.value(row.eventId), row);
    }
    return {};
}

void PlanSelection::fill(const QList<qsizetype>& positions, const OutboxRow& row)
{
    for (const qsizetype i : positions) {
        Event& event = m_events[i];
        // Rows of other topics can share the event id; the event's own topic wins where it is
        // known.
        if (event.payload || (!event.topic.isEmpty() && event.topic != row.topic))
            continue;
        auto origin = std::move(event.origin);
        event = eventOf(row);
        event.origin = std::move(origin);
    }
}

Result<void> PlanSelection::add(Event event)
{
    if (m_events.size() >= m_request.limit)
        return planErrors::tooMany(m_request.limit);
    m_events.append(std::move(event));
    if (m_progress && m_events.size() % readPage == 0)
        m_progress(m_events.size(), std::nullopt);
    return {};
}

} // namespace outboard
