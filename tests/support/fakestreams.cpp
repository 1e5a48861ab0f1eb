// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/fakestreams.h"

#include <QtGlobal>

namespace outboard {

FakeStreams::FakeStreams(TimePoint now)
    : m_now(now)
{}

TimePoint FakeStreams::now() const
{
    const std::lock_guard lock(m_mutex);
    return m_now;
}

void FakeStreams::advance(Milliseconds duration)
{
    const std::lock_guard lock(m_mutex);
    m_now += duration;
}

void FakeStreams::dropConnections()
{
    const std::lock_guard lock(m_mutex);
    ++m_age;
}

int FakeStreams::connectionAge() const
{
    const std::lock_guard lock(m_mutex);
    return m_age;
}

EntryId FakeStreams::add(const BrokerTopic& topic, const QList<Field>& fields)
{
    const std::lock_guard lock(m_mutex);
    Stream& stream = m_streams[topic];
    const auto sinceEpoch = std::chrono::floor<Milliseconds>(m_now.time_since_epoch());
    const EntryId wished{quint64(sinceEpoch.count()), 0};
    stream.lastId = std::max(wished, stream.lastId.next());
    stream.entries[stream.lastId] = fields;
    return stream.lastId;
}

EntryId FakeStreams::add(
    const QByteArray& topic, const QByteArray& eventId, const QByteArray& payload)
{
    return add(
        BrokerTopic(topic),
        QList<Field>{{QByteArray("data"), payload}, {QByteArray("event_id"), eventId}});
}

void FakeStreams::remove(const BrokerTopic& topic, const EntryId& id)
{
    const std::lock_guard lock(m_mutex);
    Stream& stream = m_streams[topic];
    if (stream.entries.erase(id) > 0)
        stream.highestDeleted = std::max(stream.highestDeleted, id);
}

void FakeStreams::addToList(const BrokerTopic& list, const QByteArray& element)
{
    const std::lock_guard lock(m_mutex);
    m_lists[list].append(element);
}

void FakeStreams::addToSortedSet(const BrokerTopic& set, const QByteArray& element, qint64 score)
{
    const std::lock_guard lock(m_mutex);
    m_sortedSets[set][element] = score;
}

void FakeStreams::makeGroup(const BrokerTopic& topic, const GroupName& group, EntryId after)
{
    const std::lock_guard lock(m_mutex);
    m_streams[topic].groups[group].lastDelivered = after;
}

std::vector<EntryId> FakeStreams::deliver(
    const BrokerTopic& topic, const GroupName& group, const ConsumerName& by, qint64 count)
{
    const std::lock_guard lock(m_mutex);
    Stream& stream = m_streams[topic];
    Group& to = stream.groups[group];
    to.consumers[by] = m_now;
    std::vector<EntryId> delivered;
    for (auto entry = stream.entries.upper_bound(to.lastDelivered);
         entry != stream.entries.end() && qint64(delivered.size()) < count;
         ++entry) {
        to.pending[entry->first] = Pending{by, m_now, 1};
        to.lastDelivered = entry->first;
        delivered.push_back(entry->first);
    }
    return delivered;
}

void FakeStreams::redeliver(
    const BrokerTopic& topic, const GroupName& group, const EntryId& id, const ConsumerName& by)
{
    const std::lock_guard lock(m_mutex);
    Group& of = m_streams[topic].groups[group];
    of.consumers[by] = m_now;
    const auto found = of.pending.find(id);
    if (found != of.pending.end())
        found->second = Pending{by, m_now, found->second.deliveries + 1};
}

bool FakeStreams::acknowledge(const BrokerTopic& topic, const GroupName& group, const EntryId& id)
{
    const std::lock_guard lock(m_mutex);
    return m_streams[topic].groups[group].pending.erase(id) > 0;
}

std::vector<Message> FakeStreams::entries(const BrokerTopic& topic) const
{
    const std::lock_guard lock(m_mutex);
    std::vector<Message> all;
    const auto stream = m_streams.find(topic);
    if (stream == m_streams.end())
        return all;
    for (const auto& [id, fields] : stream->second.entries) {
        Message message;
        message.topic = topic;
        message.id = id;
        message.fields = fields;
        for (const Field& field : fields) {
            if (field.name == "event_id")
                message.eventId = EventId(field.value);
            if (field.name == "data") {
                message.payload = field.value;
                message.hasPayload = true;
            }
        }
        all.push_back(message);
    }
    return all;
}

std::optional<FakeStreams::Pending> FakeStreams::pending(
    const BrokerTopic& topic, const GroupName& group, const EntryId& id) const
{
    const std::lock_guard lock(m_mutex);
    const auto stream = m_streams.find(topic);
    if (stream == m_streams.end() || !stream->second.groups.contains(group))
        return std::nullopt;
    const auto& list = stream->second.groups.at(group).pending;
    const auto found = list.find(id);
    return found == list.end() ? std::nullopt : std::optional(found->second);
}

qint64 FakeStreams::pendingCount(const BrokerTopic& topic, const GroupName& group) const
{
    const std::lock_guard lock(m_mutex);
    const auto stream = m_streams.find(topic);
    if (stream == m_streams.end() || !stream->second.groups.contains(group))
        return 0;
    return qint64(stream->second.groups.at(group).pending.size());
}

} // namespace outboard
