// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/redisstreamsbroker.h"

#include "brokers/rediserrors.h"
#include "brokers/redisrecords.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace outboard {

namespace {

constexpr qint64 mostPerRead = 500;
constexpr size_t idsPerFetch = 100;

} // namespace

Result<RedisStreamsBroker::Rules> RedisStreamsBroker::Rules::parse(const BrokerSettings& settings)
{
    const auto names = StreamTemplate::parse(settings.stream);
    if (!names)
        return names.error();
    const auto mapping = MessageMapping::parse(settings.eventId, settings.payload);
    if (!mapping)
        return mapping.error();
    return Rules{*names, *mapping, DeadNames(settings.dead)};
}

RedisStreamsBroker::RedisStreamsBroker(
    std::unique_ptr<RedisConnection> session, const Rules& rules, const Thresholds& thresholds)
    : m_session(std::move(session))
    , m_names(rules.names)
    , m_mapping(rules.mapping)
    , m_topology(rules.names, rules.dead, thresholds)
    , m_health(rules.mapping, thresholds)
    , m_publisher(rules.names, rules.mapping)
    , m_pending(*m_session)
    , m_dead(*m_session, rules.dead, rules.mapping)
{}

Result<Microseconds> RedisStreamsBroker::ping()
{
    const auto begin = std::chrono::steady_clock::now();
    const auto reply = m_session->run({"PING"});
    // A user who may not ping got an answer too.
    if (!reply && !hasRedisCode(reply.error(), "NOPERM"))
        return reply.error();
    return std::chrono::ceil<Microseconds>(std::chrono::steady_clock::now() - begin);
}

BrokerTopic RedisStreamsBroker::destination(const TopicName& topic) const
{
    return m_names.destination(topic);
}

std::optional<TopicName> RedisStreamsBroker::topicOf(const BrokerTopic& topic) const
{
    return m_names.topicOf(topic);
}

Result<BrokerState> RedisStreamsBroker::state(const QList<TopicName>& topics)
{
    return m_topology.look(*m_session, topics);
}

Result<BrokerHealth> RedisStreamsBroker::health(const BrokerState& state)
{
    return m_health.look(*m_session, state);
}

Result<QList<Message>> RedisStreamsBroker::read(const MessageRange& range)
{
    const QByteArray from = range.from.bytes();
    const QByteArray to = range.to.bytes();
    const QByteArray limit = QByteArray::number(std::clamp<qint64>(range.limit, 1, mostPerRead));
    const RedisCommand entries =
        range.newestFirst ? RedisCommand{"XREVRANGE", range.topic.bytes(), to, from, "COUNT", limit}
                          : RedisCommand{"XRANGE", range.topic.bytes(), from, to, "COUNT", limit};
    // A stream that is not there answers as an empty one does.
    const std::vector<RedisCommand> commands{entries, {"EXISTS", range.topic.bytes()}};
    const auto replies = m_session->pipeline(commands);
    if (!replies.front())
        return replies.front().error();
    if (replies.back() && replies.back()->number() == 0)
        return redisError("ERR no such key");
    return messagesOf(*replies.front(), range.topic, m_mapping);
}

Result<QList<Message>> RedisStreamsBroker::fetch(
    const BrokerTopic& topic, std::span<const EntryId> ids)
{
    QList<Message> messages;
    for (size_t begin = 0; begin < ids.size(); begin += idsPerFetch) {
        const Pacer::Turn turn(m_pacer);
        std::vector<RedisCommand> commands;
        for (const EntryId& id : ids.subspan(begin, std::min(idsPerFetch, ids.size() - begin)))
            commands.push_back({"XRANGE", topic.bytes(), id.bytes(), id.bytes()});
        for (const auto& reply : m_session->pipeline(commands)) {
            if (!reply)
                return reply.error();
            const auto found = messagesOf(*reply, topic, m_mapping);
            if (!found)
                return found.error();
            messages += *found;
        }
    }
    return messages;
}

std::vector<Result<EntryId>> RedisStreamsBroker::publish(
    std::span<const OutgoingMessage> messages, const Durability& durability)
{
    return m_publisher.publish(*m_session, messages, durability);
}

QStringList RedisStreamsBroker::publishCommands(
    const OutgoingMessage& message, const Durability& durability) const
{
    return m_publisher.commands(message, durability);
}

} // namespace outboard
