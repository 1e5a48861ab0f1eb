// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/broker.h"
#include "outbox/outboxstore.h"
#include "services/eventof.h"
#include "services/planerrors.h"
#include "services/planselection.h"

#include <QSet>

#include <array>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 readPage = 500;

/// Discovery does bounded work a call and goes on with the next one.
constexpr int discoveryCalls = 100;

BrokerTopic deadTopicOf(const BrokerTopic& topic, const QString& nameTemplate)
{
    return BrokerTopic(nameTemplate.toUtf8().replace("{stream}", topic.bytes()));
}

/// Where the event id is the entry's own id, a dead letter has a new one and names the old one.
EventId originalId(const Message& message)
{
    static constexpr std::array names = {"orig_id", "original_id", "original_message_id"};
    for (const char* name : names) {
        if (const auto value = fieldOf(message, name))
            return EventId(*value);
    }
    return {};
}

bool isOfGroup(const Message& message, const GroupName& group)
{
    const auto field = fieldOf(message, "group");
    return group.isEmpty() || !field || *field == group.bytes();
}

} // namespace

Result<void> PlanSelection::freezeDead()
{
    const auto topics = deadCandidates();
    if (!topics)
        return topics.error();
    for (const BrokerTopicState& topic : *topics) {
        for (const GroupState& group : topic.groups) {
            if (const auto added = addPoison(topic.name, group.name); !added)
                return added;
        }
        if (const auto added = addDeadLetters(topic.name); !added)
            return added;
    }
    return addDeadRows();
}

Result<QList<BrokerTopicState>> PlanSelection::deadCandidates()
{
    QList<TopicName> known;
    if (m_outbox && !m_request.topic) {
        const auto outbox = m_outbox->state();
        if (!outbox)
            return outbox.error();
        for (const OutboxTopicState& topic : outbox->topics)
            known.append(topic.topic);
    }
    if (m_request.topic)
        known.append(m_broker.topicOf(*m_request.topic).value_or(TopicName()));
    auto state = m_broker.state(known);
    for (int i = 0; i < discoveryCalls && state && !state->topicsNote.isEmpty(); ++i) {
        if (m_stop.stop_requested())
            return planErrors::stopped();
        state = m_broker.state(known);
    }
    if (!state)
        return state.error();
    return candidatesAmong(state->topics);
}

QList<BrokerTopicState> PlanSelection::candidatesAmong(const QList<BrokerTopicState>& topics) const
{
    QSet<BrokerTopic> deadTopics;
    for (const BrokerTopicState& topic : topics)
        deadTopics.insert(deadTopicOf(topic.name, m_profile.broker.dead));
    QList<BrokerTopicState> candidates;
    for (BrokerTopicState topic : topics) {
        const bool isAsked = !m_request.topic || topic.name == *m_request.topic;
        if (!isAsked || !topic.problem.isEmpty() || deadTopics.contains(topic.name))
            continue;
        if (!m_request.group.isEmpty()) {
            topic.groups.removeIf(
                [this](const GroupState& group) { return group.name != m_request.group; });
        }
        candidates.append(topic);
    }
    return candidates;
}

Result<void> PlanSelection::addPoison(const BrokerTopic& topic, const GroupName& group)
{
    if (!m_broker.pending())
        return {};
    PendingQuery query;
    query.topic = topic;
    query.group = group;
    query.minDeliveries = m_profile.thresholds.maxDeliveries;
    const auto ids = pendingIds(query);
    if (!ids)
        return ids.error();
    return addPending(topic, group, *ids);
}

Result<void> PlanSelection::addDeadLetters(const BrokerTopic& topic)
{
    if (m_profile.broker.dead.isEmpty())
        return {};
    MessageRange range;
    range.topic = deadTopicOf(topic, m_profile.broker.dead);
    range.limit = readPage;
    while (true) {
        if (m_stop.stop_requested())
            return planErrors::stopped();
        const auto messages = m_broker.read(range);
        if (!messages && messages.error().kind == Error::Kind::Missing)
            return {};
        if (!messages)
            return messages.error();
        for (const Message& message : *messages) {
            if (!isOfGroup(message, m_request.group))
                continue;
            if (const auto added = add(deadLetter(message, topic)); !added)
                return added;
        }
        if (messages->size() < readPage)
            return {};
        range.from = messages->last().id.next();
    }
}

Event PlanSelection::deadLetter(Message message, const BrokerTopic& topic) const
{
    // It stands for an entry of the stream that it was taken from.
    message.topic = topic;
    if (m_profile.broker.eventId == u"@entry_id"_s)
        message.eventId = originalId(message);
    return eventOf(message, m_broker);
}

Result<void> PlanSelection::addDeadRows()
{
    if (!m_outbox || m_profile.outbox.dead.isEmpty())
        return {};
    OutboxFilter filter;
    filter.state = RowState::Dead;
    filter.newestFirst = false;
    if (m_request.topic) {
        filter.topic = m_broker.topicOf(*m_request.topic);
        if (!filter.topic)
            return {};
    }
    return addRows(filter);
}

} // namespace outboard
