// SPDX-License-Identifier: GPL-3.0-or-later
// The part of DeadCollector that looks into pending lists.
#include "brokers/broker.h"
#include "services/deadcollector.h"
#include "services/deadletterof.h"
#include "services/pendingpages.h"
#include "text/format.h"

#include <QCoreApplication>

#include <algorithm>
#include <vector>

namespace outboard {

namespace {

constexpr size_t fetchChunk = 500;
/// Entries of one list whose place in the stream is looked up, besides the poison ones.
constexpr qint64 mostLookedUp = 10'000;

bool isIn(const BrokerTopicState& topic, const EntryId& id)
{
    return topic.firstId && topic.lastId && id >= *topic.firstId && id <= *topic.lastId;
}

} // namespace

bool DeadCollector::isPoison(const PendingEntry& entry) const
{
    return entry.deliveries >= m_profile.thresholds.maxDeliveries;
}

Result<void> DeadCollector::addPending(const BrokerTopicState& topic)
{
    if (!topic.problem.isEmpty())
        m_found.problems.append(format::oneLine(topic.name.bytes()) + u": " + topic.problem);
    for (const GroupState& group : topic.groups) {
        const bool isAsked = m_request.group.isEmpty() || group.name == m_request.group;
        if (!isAsked || !m_broker.pending())
            continue;
        if (auto added = addPendingOf(topic, group.name); !added)
            return added;
    }
    return {};
}

/// Poison entries, and those that nobody works on any more and whose entry may be gone.
Result<void> DeadCollector::addPendingOf(const BrokerTopicState& topic, const GroupName& group)
{
    qint64 lookedUp = 0;
    PendingQuery query;
    query.topic = topic.name;
    query.group = group;
    const auto done = forEachPendingPage(m_broker, query, m_stop, [&](auto& page) -> Result<void> {
        std::erase_if(page, [&](const PendingEntry& entry) {
            if (isPoison(entry) || !isIn(topic, entry.id))
                return false;
            return entry.idle < m_profile.thresholds.idle || ++lookedUp > mostLookedUp;
        });
        const std::span<const PendingEntry> all(page);
        for (size_t at = 0; at < all.size(); at += fetchChunk) {
            const auto part = all.subspan(at, std::min(fetchChunk, all.size() - at));
            if (auto added = addPendingChunk(topic, group, part); !added)
                return added;
        }
        return {};
    });
    if (lookedUp > mostLookedUp) {
        m_found.problems.append(
            QCoreApplication::translate(
                "outboard",
                "%1 of the pending entries of %2 / %3 were looked up in the stream; whether it "
                "still has the others is not known.")
                .arg(
                    format::number(mostLookedUp),
                    format::oneLine(topic.name.bytes()),
                    format::oneLine(group.bytes())));
    }
    // The group was removed since the round.
    return !done && done.error().kind == Error::Kind::Missing ? Result<void>() : done;
}

Result<void> DeadCollector::addPendingChunk(
    const BrokerTopicState& topic, const GroupName& group, std::span<const PendingEntry> entries)
{
    if (const auto checked = checkStop(); !checked)
        return checked;
    std::vector<EntryId> ids;
    std::ranges::transform(entries, std::back_inserter(ids), &PendingEntry::id);
    const auto messages = m_broker.fetch(topic.name, ids);
    if (!messages)
        return messages.error();
    QHash<EntryId, Message> byId;
    for (const Message& message : *messages)
        byId.insert(message.id, message);
    for (const PendingEntry& entry : entries) {
        const auto message = byId.constFind(entry.id);
        const bool isThere = message != byId.cend();
        if (isThere && !isPoison(entry))
            continue;
        DeadLetter letter =
            isThere ? deadLetterOf(*message, m_broker) : lostEntryOf(topic.name, m_broker);
        describePending(letter, topic.name, group, entry, m_found.at);
        if (!add(std::move(letter)))
            break;
    }
    return {};
}

} // namespace outboard
