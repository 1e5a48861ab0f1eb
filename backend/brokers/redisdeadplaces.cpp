// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/redisdeadplaces.h"

#include "text/format.h"

#include <QCoreApplication>

#include <algorithm>
#include <chrono>
#include <utility>

namespace outboard {

using namespace std::chrono_literals;

namespace {

constexpr size_t commandsPerPipeline = 200;
constexpr auto placesAge = 15s;

std::optional<DeadWhere> kindOf(const QByteArray& type)
{
    if (type == "stream")
        return DeadWhere::Stream;
    if (type == "list")
        return DeadWhere::List;
    if (type == "zset")
        return DeadWhere::SortedSet;
    return std::nullopt;
}

QByteArray lengthCommand(DeadWhere kind)
{
    switch (kind) {
    case DeadWhere::List: return "LLEN";
    case DeadWhere::SortedSet: return "ZCARD";
    default: return "XLEN";
    }
}

QString otherType(const BrokerTopic& name, const QByteArray& type)
{
    return QCoreApplication::translate(
               "outboard",
               "%1 holds a %2, not dead letters: they lie in a stream, list or sorted set. Name "
               "the right key in \"broker.dead\" of the profile.")
        .arg(format::oneLine(name.bytes()), format::oneLine(type));
}

/// Runs them in pipelines. An error only when the connection broke.
Result<std::vector<Result<RedisReply>>> runAll(
    RedisConnection& session, std::span<const RedisCommand> commands)
{
    std::vector<Result<RedisReply>> replies;
    for (size_t begin = 0; begin < commands.size(); begin += commandsPerPipeline) {
        const size_t size = std::min(commandsPerPipeline, commands.size() - begin);
        auto part = session.pipeline(commands.subspan(begin, size));
        if (const auto broken = session.failure())
            return *broken;
        std::ranges::move(part, std::back_inserter(replies));
    }
    return replies;
}

} // namespace

RedisDeadPlaces::RedisDeadPlaces(DeadNames names)
    : m_names(std::move(names))
{}

/// Each name once; with a fixed rule it belongs to no topic of its own.
QList<DeadPlace> RedisDeadPlaces::candidates(std::span<const BrokerTopic> topics) const
{
    QSet<BrokerTopic> seen;
    QList<DeadPlace> places;
    for (const BrokerTopic& topic : topics) {
        for (const BrokerTopic& name : m_names.placesOf(topic)) {
            if (seen.contains(name))
                continue;
            seen.insert(name);
            DeadPlace place;
            place.name = name;
            place.origin = m_names.isFixed() ? BrokerTopic() : topic;
            places.append(place);
        }
    }
    return places;
}

Result<QList<DeadPlace>> RedisDeadPlaces::find(
    RedisConnection& session, std::span<const BrokerTopic> topics) const
{
    const QList<DeadPlace> asked = candidates(topics);
    std::vector<RedisCommand> commands;
    for (const DeadPlace& place : asked)
        commands.push_back({"TYPE", place.name.bytes()});
    const auto replies = runAll(session, commands);
    if (!replies)
        return replies.error();
    QList<DeadPlace> found;
    for (qsizetype i = 0; i < asked.size(); ++i) {
        const Result<RedisReply>& reply = (*replies)[size_t(i)];
        if (reply && reply->bytes == "none")
            continue;
        DeadPlace place = asked.at(i);
        const auto kind = reply ? kindOf(reply->bytes) : std::nullopt;
        if (kind)
            place.kind = *kind;
        else
            place.problem = reply ? otherType(place.name, reply->bytes) : reply.error().what;
        found.append(place);
    }
    if (auto measured = measure(session, found); !measured)
        return measured.error();
    return found;
}

Result<void> RedisDeadPlaces::measure(RedisConnection& session, std::span<DeadPlace> places) const
{
    std::vector<RedisCommand> commands;
    std::vector<DeadPlace*> measured;
    for (DeadPlace& place : places) {
        place.length = Count::unknown(place.problem);
        if (!place.problem.isEmpty())
            continue;
        commands.push_back({lengthCommand(place.kind), place.name.bytes()});
        measured.push_back(&place);
    }
    const auto replies = runAll(session, commands);
    if (!replies)
        return replies.error();
    for (size_t i = 0; i < measured.size(); ++i) {
        const Result<RedisReply>& reply = (*replies)[i];
        const auto length = reply ? reply->number() : std::nullopt;
        if (length)
            measured[i]->length = Count::exact(*length);
        else if (!reply)
            measured[i]->length = Count::unknown(reply.error().what);
    }
    return {};
}

Result<void> RedisDeadPlaces::count(
    RedisConnection& session, QList<BrokerTopicState>& topics, TimePoint now)
{
    QSet<BrokerTopic> names;
    QSet<BrokerTopic> shown;
    for (const BrokerTopicState& topic : topics) {
        shown.insert(topic.name);
        // The stream itself may be gone.
        names.insert(m_names.originOf(topic.name).value_or(topic.name));
    }
    const bool isOld = now - m_foundAt >= placesAge || now < m_foundAt;
    if (isOld || names != m_knownTopics) {
        const std::vector<BrokerTopic> asked(names.begin(), names.end());
        const auto found = find(session, asked);
        if (!found)
            return found.error();
        m_places = *found;
        m_foundAt = now;
        m_knownTopics = names;
    } else if (auto measured = measure(session, m_places); !measured) {
        return measured;
    }
    for (BrokerTopicState& topic : topics) {
        topic.dead = Count::exact(0);
        for (const DeadPlace& place : std::as_const(m_places)) {
            const bool isItsOwn = place.origin == topic.name;
            const bool isOrphan = !shown.contains(place.origin)
                                  && (place.name == topic.name || &topic == &topics.front())
                                  && (place.origin.isEmpty() || place.name == topic.name);
            if (isItsOwn || isOrphan)
                topic.dead = topic.dead + place.length;
        }
    }
    return {};
}

} // namespace outboard
