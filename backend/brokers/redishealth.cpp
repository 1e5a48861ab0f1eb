// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/redishealth.h"

#include "brokers/redisinfo.h"
#include "brokers/redisrecords.h"

#include <QCoreApplication>

#include <algorithm>
#include <set>

namespace outboard {

using namespace std::chrono_literals;

namespace {

constexpr size_t mostStreams = 100;
constexpr size_t mostGroups = 50;
constexpr qsizetype sample = 20;
constexpr qint64 pageSize = 2'000;
constexpr size_t endSize = 100;
constexpr auto trimMemory = 10min;
/// An entry that was acknowledged so long ago is in the ledger, where there is one.
constexpr auto settled = 15s;

struct Subject
{
    const BrokerTopicState* topic;
    const GroupState* group;
};

/// Groups that hold most come first: they have most to tell.
std::vector<Subject> subjects(const BrokerState& state)
{
    std::vector<Subject> found;
    for (const BrokerTopicState& topic : state.topics) {
        for (const GroupState& group : topic.groups)
            found.push_back({&topic, &group});
    }
    std::ranges::stable_sort(found, std::ranges::greater(), [](const Subject& subject) {
        return subject.group->pending.value;
    });
    if (found.size() > mostGroups)
        found.resize(mostGroups);
    return found;
}

EntryId idAt(TimePoint time)
{
    const auto at = std::chrono::floor<Milliseconds>(time.time_since_epoch()).count();
    return {static_cast<quint64>(std::max<qint64>(at, 0)), 0};
}

/// Absent: its entries begin nowhere known. An empty stream begins after everything.
std::optional<EntryId> beginOf(const BrokerTopicState& topic)
{
    return topic.length == Count::exact(0) ? EntryId::highest() : topic.firstId;
}

} // namespace

RedisHealth::RedisHealth(const MessageMapping& mapping, const Thresholds& thresholds)
    : m_mapping(mapping)
    , m_thresholds(thresholds)
{}

Result<BrokerHealth> RedisHealth::look(RedisConnection& session, const BrokerState& state)
{
    BrokerHealth health;
    health.at = state.at;
    if (auto looked = lookAtServer(session, health); !looked)
        return looked.error();
    if (auto looked = lookAtStreams(session, state, health); !looked)
        return looked.error();
    for (const Subject& subject : subjects(state)) {
        if (auto looked = lookAtGroup(session, *subject.topic, *subject.group, health); !looked)
            return looked.error();
    }
    return health;
}

Result<void> RedisHealth::lookAtServer(RedisConnection& session, BrokerHealth& health)
{
    const std::vector<RedisCommand> commands{
        {"INFO", "memory"}, {"INFO", "persistence"}, {"INFO", "replication"}};
    const auto replies = session.pipeline(commands);
    if (const auto broken = session.failure())
        return *broken;
    if (replies[0])
        health.memory = memoryOf(RedisInfo(*replies[0]));
    if (replies[1])
        health.persistence = persistenceOf(RedisInfo(*replies[1]));
    if (replies[2])
        health.replication = replicationOf(RedisInfo(*replies[2]));
    for (const auto& reply : replies) {
        if (!reply && health.unknown.isEmpty())
            health.unknown = reply.error().what;
    }
    if (health.unknown.isEmpty() && !(health.memory && health.persistence && health.replication))
        health.unknown = QCoreApplication::translate(
            "outboard", "the server does not tell its memory, persistence or replicas");
    return {};
}

Result<void> RedisHealth::lookAtStreams(
    RedisConnection& session, const BrokerState& state, BrokerHealth& health)
{
    std::vector<RedisCommand> commands;
    for (const BrokerTopicState& topic : state.topics) {
        if (!topic.groups.isEmpty() && commands.size() < mostStreams)
            commands.push_back({"XINFO", "STREAM", topic.name.bytes()});
    }
    if (commands.empty())
        return {};
    const auto replies = session.pipeline(commands);
    if (const auto broken = session.failure())
        return *broken;
    std::set<BrokerTopic> seen;
    for (size_t i = 0; i < replies.size(); ++i) {
        StreamHealth stream;
        stream.topic = BrokerTopic(commands[i][2]);
        if (!replies[i])
            continue;
        seen.insert(stream.topic);
        followStream(stream, *replies[i], state.at);
        health.streams.append(stream);
    }
    std::erase_if(m_before, [&](const auto& known) { return !seen.contains(known.first); });
    return {};
}

/// What was cut off at the beginning: entries that went although none was deleted singly, which
/// would have moved the highest deleted id.
void RedisHealth::followStream(StreamHealth& stream, const RedisReply& info, TimePoint now)
{
    const StreamBounds bounds = boundsOf(info);
    stream.entriesAdded = info.field("entries-added").number();
    const auto length = info.field("length").number();
    if (!stream.entriesAdded || !length || !bounds.highestDeleted)
        return; // Before Redis 7.0 nothing can be told apart.
    Before current;
    current.first = *length > 0 ? bounds.first.value_or(EntryId()) : EntryId::highest();
    current.highestDeleted = bounds.highestDeleted;
    current.added = *stream.entriesAdded;
    current.length = *length;
    const auto known = m_before.find(stream.topic);
    if (known != m_before.end()) {
        const Before& before = known->second;
        current.trimmed = before.trimmed;
        current.trimmedAt = before.trimmedAt;
        const qint64 gone = before.length + current.added - before.added - current.length;
        if (gone > 0 && current.first > before.first
            && current.highestDeleted == before.highestDeleted) {
            current.trimmed += gone;
            current.trimmedAt = now;
        }
    }
    if (current.trimmedAt && now - *current.trimmedAt > trimMemory) {
        current.trimmed = 0;
        current.trimmedAt.reset();
    }
    stream.trimmed = current.trimmed;
    stream.trimmedAt = current.trimmedAt;
    m_before[stream.topic] = current;
}

Result<void> RedisHealth::lookAtGroup(
    RedisConnection& session,
    const BrokerTopicState& topic,
    const GroupState& state,
    BrokerHealth& health)
{
    GroupHealth group;
    group.topic = topic.name;
    group.group = state.name;
    group.orphans = Count::exact(0);
    if (state.pending.known().value_or(0) > 0) {
        if (auto looked = lookAtPending(session, topic, group); !looked)
            return looked;
    }
    if (auto added = addAcknowledged(session, state, health.at, group); !added)
        return added;
    const auto groups = session.run({"XINFO", "GROUPS", topic.name.bytes()});
    if (!groups && !session.isUsable())
        return groups.error();
    for (const RedisReply& row : groups ? groups->items : std::vector<RedisReply>()) {
        if (row.field("name").bytes == state.name.bytes())
            group.entriesRead = row.field("entries-read").number();
    }
    health.groups.append(group);
    return {};
}

Result<void> RedisHealth::lookAtPending(
    RedisConnection& session, const BrokerTopicState& topic, GroupHealth& group)
{
    const auto reply = session.run(
        {"XPENDING",
         group.topic.bytes(),
         group.group.bytes(),
         "-",
         "+",
         QByteArray::number(pageSize)});
    if (!reply && !session.isUsable())
        return reply.error();
    const auto entries = reply ? pendingOf(*reply, m_names) : reply.error();
    m_names.clear();
    if (!entries) {
        group.orphans = Count::unknown(entries.error().what);
        return {};
    }
    if (entries->size() >= 2 * endSize)
        group.ends = endsOf(*entries);
    const bool isWhole = entries->size() < pageSize;
    return addHeld(session, *entries, beginOf(topic), isWhole, group);
}

PendingEnds RedisHealth::endsOf(const std::vector<PendingEntry>& entries) const
{
    PendingEnds ends;
    const auto all = std::span(entries);
    for (const PendingEntry& entry : all.first(endSize)) {
        ++ends.headSeen;
        if (entry.deliveries > 1 && entry.idle < m_thresholds.idle)
            ++ends.headTakenAgain;
    }
    for (const PendingEntry& entry : all.last(endSize)) {
        ++ends.tailSeen;
        if (entry.deliveries > 1 || entry.idle < 2 * m_thresholds.idle)
            continue;
        ++ends.tailFrozen;
        ends.tailIdle = std::max(ends.tailIdle, entry.idle);
    }
    return ends;
}

/// Reads the oldest pending entries: their events, and which of them are gone from the stream. What
/// a consumer is about to acknowledge may just have been deleted, so that only stuck ones count.
Result<void> RedisHealth::addHeld(
    RedisConnection& session,
    const std::vector<PendingEntry>& entries,
    const std::optional<EntryId>& first,
    bool isWhole,
    GroupHealth& group)
{
    qint64 orphans = 0;
    std::vector<RedisCommand> commands;
    std::vector<PendingEntry> asked;
    for (const PendingEntry& entry : entries) {
        const bool isStuck = entry.idle >= m_thresholds.idle;
        if (isStuck && first && entry.id < *first) {
            ++orphans;
            if (group.orphanIds.size() < sample)
                group.orphanIds.append(entry.id);
        } else if (qsizetype(asked.size()) < sample) {
            commands.push_back({"XRANGE", group.topic.bytes(), entry.id.bytes(), entry.id.bytes()});
            asked.push_back(entry);
        }
    }
    const bool isAll = isWhole && asked.size() + size_t(orphans) == entries.size();
    const auto replies =
        commands.empty() ? std::vector<Result<RedisReply>>() : session.pipeline(commands);
    if (const auto broken = session.failure())
        return *broken;
    for (size_t i = 0; i < replies.size(); ++i) {
        if (!replies[i])
            continue;
        const auto messages = messagesOf(*replies[i], group.topic, m_mapping);
        if (messages && !messages->isEmpty()) {
            group.held.append({asked[i].id, messages->first().eventId});
        } else if (messages && asked[i].idle >= m_thresholds.idle) {
            ++orphans;
            group.orphanIds.append(asked[i].id);
        }
    }
    group.orphans = isAll || orphans == 0 ? Count::exact(orphans) : Count::atLeast(orphans);
    return {};
}

/// Of the entries that the group read since it was first looked at: older ones may have been
/// skipped when the group was made.
Result<void> RedisHealth::addAcknowledged(
    RedisConnection& session, const GroupState& state, TimePoint now, GroupHealth& group)
{
    if (!state.lastDelivered)
        return {};
    const auto [known, isNew] =
        m_watchedFrom.try_emplace({group.topic, group.group}, *state.lastDelivered);
    const EntryId to = std::min(*state.lastDelivered, idAt(now - settled));
    if (isNew || to <= known->second)
        return {};
    const QByteArray count = QByteArray::number(sample);
    const QByteArray from = known->second.next().bytes();
    const auto read =
        session.run({"XREVRANGE", group.topic.bytes(), to.bytes(), from, "COUNT", count});
    if (!read && !session.isUsable())
        return read.error();
    const auto messages = read ? messagesOf(*read, group.topic, m_mapping) : read.error();
    if (!messages || messages->isEmpty())
        return {};
    const auto pending = session.run(
        {"XPENDING",
         group.topic.bytes(),
         group.group.bytes(),
         messages->last().id.bytes(),
         messages->first().id.bytes(),
         count});
    if (!pending && !session.isUsable())
        return pending.error();
    const auto still = pending ? pendingOf(*pending, m_names) : pending.error();
    m_names.clear();
    for (const Message& message : still ? *messages : QList<Message>()) {
        const bool isPending =
            std::ranges::find(*still, message.id, &PendingEntry::id) != still->end();
        if (!isPending && !message.eventId.isEmpty())
            group.acknowledged.append({message.id, message.eventId});
    }
    return {};
}

} // namespace outboard
