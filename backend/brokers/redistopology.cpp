// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/redistopology.h"

#include "brokers/rediserrors.h"
#include "brokers/redisrecords.h"

#include <algorithm>
#include <set>

namespace outboard {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr size_t streamsPerPipeline = 100;
constexpr auto memoryAge = 15s;

} // namespace

RedisTopology::RedisTopology(
    const StreamTemplate& names, const DeadNames& dead, const Thresholds& thresholds)
    : m_names(names)
    , m_discovery(names)
    , m_survey(thresholds)
    , m_dead(dead)
{}

Result<BrokerState> RedisTopology::look(RedisConnection& session, const QList<TopicName>& topics)
{
    BrokerState state;
    if (auto looked = lookAtServer(session, state); !looked)
        return looked.error();
    if (auto looked = m_discovery.lookFurther(session); !looked)
        return looked.error();
    std::set<BrokerTopic> asked;
    for (const TopicName& topic : topics)
        asked.insert(m_names.destination(topic));
    if (m_names.isFixed())
        asked.insert(m_names.destination(TopicName()));
    std::set<BrokerTopic> all = m_discovery.found();
    all.insert(asked.begin(), asked.end());
    const std::vector<BrokerTopic> names(all.begin(), all.end());
    for (size_t begin = 0; begin < names.size(); begin += streamsPerPipeline) {
        const size_t size = std::min(streamsPerPipeline, names.size() - begin);
        const auto part = std::span(names).subspan(begin, size);
        if (auto looked = lookAtStreams(session, part, asked, state); !looked)
            return looked.error();
    }
    if (auto looked = lookAtConsumers(session, state); !looked)
        return looked.error();
    if (auto looked = m_survey.look(session, state.topics); !looked)
        return looked.error();
    if (auto counted = m_dead.count(session, state.topics, state.at); !counted)
        return counted.error();
    state.topicsNote = m_discovery.note();
    return state;
}

Result<void> RedisTopology::lookAtServer(RedisConnection& session, BrokerState& state)
{
    std::vector<RedisCommand> commands{{"TIME"}};
    if (m_server.isEmpty())
        commands.push_back({"INFO", "server"});
    const auto replies = session.pipeline(commands);
    if (!replies.front())
        return replies.front().error();
    const auto at = timeOf(*replies.front());
    if (!at)
        return at.error();
    state.at = *at;
    if (m_server.isEmpty())
        m_server = replies.back() ? serverOf(*replies.back()) : u"Redis"_s;
    const QString servers = session.serversText();
    state.server = servers.isEmpty() ? m_server : u"%1 (%2)"_s.arg(m_server, servers);
    m_asksMemory = m_asksMemory && !m_features.lacks(session, "MEMORY|USAGE");
    return {};
}

Result<void> RedisTopology::lookAtStreams(
    RedisConnection& session,
    std::span<const BrokerTopic> topics,
    const std::set<BrokerTopic>& asked,
    BrokerState& state)
{
    std::vector<RedisCommand> commands;
    std::set<BrokerTopic> measured;
    for (const BrokerTopic& topic : topics) {
        // Groups first: entries added between the two make the lag too small, never impossible.
        commands.push_back({"XINFO", "GROUPS", topic.bytes()});
        commands.push_back({"XINFO", "STREAM", topic.bytes()});
        if (needsMemory(topic, state.at)) {
            commands.push_back({"MEMORY", "USAGE", topic.bytes(), "SAMPLES", "3"});
            measured.insert(topic);
        }
    }
    const auto replies = session.pipeline(commands);
    if (const auto broken = session.failure())
        return *broken;
    size_t next = 0;
    for (const BrokerTopic& topic : topics) {
        const Result<RedisReply>& groups = replies[next++];
        const Result<RedisReply>& info = replies[next++];
        if (measured.contains(topic))
            keepMemory(topic, replies[next++], state.at);
        const bool isMissing = !info && info.error().kind == Error::Kind::Missing;
        const bool isForeign = !info && hasRedisCode(info.error(), "WRONGTYPE");
        // A key of another type that merely has a fitting name is nobody's business.
        if (!isMissing && (!isForeign || asked.contains(topic)))
            state.topics.append(topicOf(topic, groups, info));
    }
    return {};
}

bool RedisTopology::needsMemory(const BrokerTopic& topic, TimePoint now) const
{
    const auto known = m_memory.find(topic);
    return m_asksMemory && (known == m_memory.end() || now - known->at >= memoryAge);
}

void RedisTopology::keepMemory(
    const BrokerTopic& topic, const Result<RedisReply>& usage, TimePoint now)
{
    if (!usage)
        m_asksMemory = m_asksMemory && !hasRedisCode(usage.error(), "NOPERM");
    else if (const auto bytes = usage->number())
        m_memory[topic] = {now, *bytes};
}

BrokerTopicState RedisTopology::topicOf(
    const BrokerTopic& name, const Result<RedisReply>& groups, const Result<RedisReply>& info) const
{
    BrokerTopicState topic;
    topic.name = name;
    if (!info || !groups) {
        topic.problem = info ? groups.error().what : info.error().what;
        topic.length = Count::unknown(topic.problem);
    }
    if (!info)
        return topic;
    const auto length = info->field("length").number();
    topic.length = length ? Count::exact(*length) : Count::unknown(oddReply(u"XINFO"_s).what);
    const StreamBounds bounds = boundsOf(*info);
    topic.firstId = bounds.first;
    topic.lastId = bounds.last;
    topic.goneUpTo = bounds.goneUpTo();
    if (const auto known = m_memory.find(name); known != m_memory.end())
        topic.memoryBytes = known->bytes;
    for (const RedisReply& group : groups ? groups->items : std::vector<RedisReply>())
        topic.groups.append(groupOf(group, topic));
    std::sort(topic.groups.begin(), topic.groups.end(), [](const auto& a, const auto& b) {
        return a.name < b.name;
    });
    return topic;
}

Result<void> RedisTopology::lookAtConsumers(RedisConnection& session, BrokerState& state)
{
    std::vector<RedisCommand> commands;
    std::vector<GroupState*> groups;
    for (BrokerTopicState& topic : state.topics) {
        for (GroupState& group : topic.groups) {
            commands.push_back({"XINFO", "CONSUMERS", topic.name.bytes(), group.name.bytes()});
            groups.push_back(&group);
        }
    }
    for (size_t begin = 0; begin < commands.size(); begin += streamsPerPipeline) {
        const size_t size = std::min(streamsPerPipeline, commands.size() - begin);
        const auto replies = session.pipeline(std::span(commands).subspan(begin, size));
        if (const auto broken = session.failure())
            return *broken;
        for (size_t index = 0; index < replies.size(); ++index) {
            // An error: the group was removed since, or may not be looked into.
            if (replies[index])
                groups[begin + index]->consumers = consumersOf(*replies[index]);
        }
    }
    return {};
}

} // namespace outboard
