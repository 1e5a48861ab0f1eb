// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/fakebroker.h"

#include <algorithm>
#include <utility>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

Error broken()
{
    return {Error::Kind::Unreachable, u"The fake broker's connection broke."_s, {}};
}

Error missing(const QString& what)
{
    return {Error::Kind::Missing, u"The fake broker has no %1."_s.arg(what), {}};
}

Milliseconds since(TimePoint then, TimePoint now)
{
    return std::chrono::floor<Milliseconds>(now - then);
}

} // namespace

FakeBroker::FakeBroker(
    std::shared_ptr<FakeStreams> streams,
    const Options& options,
    StreamTemplate streamNames,
    MessageMapping mapping)
    : m_streams(std::move(streams))
    , m_options(options)
    , m_streamNames(std::move(streamNames))
    , m_mapping(std::move(mapping))
    , m_deadNames(options.settings.dead)
    , m_envelope(m_mapping)
    , m_age(m_streams->connectionAge())
{}

Result<std::unique_ptr<FakeBroker>> FakeBroker::open(
    std::shared_ptr<FakeStreams> streams, const Options& options)
{
    auto names = StreamTemplate::parse(options.settings.stream);
    if (!names)
        return names.error();
    auto mapping = MessageMapping::parse(options.settings.eventId, options.settings.payload);
    if (!mapping)
        return mapping.error();
    std::unique_ptr<FakeBroker> made(
        new FakeBroker(std::move(streams), options, std::move(*names), std::move(*mapping)));
    if (auto entered = made->enter("open"); !entered)
        return entered.error();
    return made;
}

Result<void> FakeBroker::enter(const char* call)
{
    {
        const std::lock_guard lock(m_streams->mutex());
        if (m_streams->faults.unreachable || m_streams->connectionAge() != m_age)
            m_usable = false;
    }
    if (!m_usable)
        return broken();
    if (!m_streams->before)
        return {};
    auto answered = m_streams->before(call);
    if (!answered && isTransient(answered.error().kind))
        m_usable = false;
    return answered;
}

Result<void> FakeBroker::enterWriting(const char* call)
{
    if (m_options.access == Access::Monitor)
        return Error{Error::Kind::Refused, u"This connection only reads."_s, {}};
    return enter(call);
}

bool FakeBroker::answer()
{
    const std::lock_guard lock(m_streams->mutex());
    std::optional<qint64>& left = m_streams->faults.breakAfter;
    if (!m_usable || !left)
        return m_usable;
    if ((*left)-- > 0)
        return true;
    left.reset();
    m_usable = false;
    return false;
}

Result<Microseconds> FakeBroker::ping()
{
    if (auto entered = enter("ping"); !entered)
        return entered.error();
    return Microseconds(100);
}

BrokerTopic FakeBroker::destination(const TopicName& topic) const
{
    return m_streamNames.destination(topic);
}

std::optional<TopicName> FakeBroker::topicOf(const BrokerTopic& topic) const
{
    return m_streamNames.topicOf(topic);
}

Result<BrokerState> FakeBroker::state(const QList<TopicName>& topics)
{
    if (auto entered = enter("state"); !entered)
        return entered.error();
    const std::lock_guard lock(m_streams->mutex());
    QSet<BrokerTopic> asked;
    for (const TopicName& topic : topics)
        asked.insert(destination(topic));
    BrokerState state;
    state.at = m_streams->now();
    state.server = u"Fake 1"_s;
    for (const auto& [name, stream] : m_streams->streams()) {
        if (asked.contains(name) || topicOf(name))
            state.topics.append(stateOf(name, stream));
    }
    return state;
}

BrokerTopicState FakeBroker::stateOf(
    const BrokerTopic& topic, const FakeStreams::Stream& stream) const
{
    BrokerTopicState state;
    state.name = topic;
    state.dead = deadOf(topic);
    const auto problem = m_streams->faults.problems.find(topic);
    if (problem != m_streams->faults.problems.end()) {
        state.problem = problem->second;
        state.length = Count::unknown(state.problem);
        return state;
    }
    state.length = Count::exact(qint64(stream.entries.size()));
    if (!stream.entries.empty()) {
        state.firstId = stream.entries.begin()->first;
        state.lastId = stream.entries.rbegin()->first;
    }
    if (stream.highestDeleted != EntryId::lowest())
        state.goneUpTo = stream.highestDeleted;
    for (const auto& [name, group] : stream.groups)
        state.groups.append(stateOf(stream, name, group));
    return state;
}

GroupState FakeBroker::stateOf(
    const FakeStreams::Stream& stream, const GroupName& name, const FakeStreams::Group& group) const
{
    GroupState state;
    state.name = name;
    state.lastDelivered = group.lastDelivered;
    const auto undelivered = stream.entries.upper_bound(group.lastDelivered);
    const bool fragmented = stream.highestDeleted > group.lastDelivered;
    const bool countable =
        undelivered == stream.entries.end() || undelivered == stream.entries.begin();
    state.lag = fragmented && !countable
                    ? Count::unknown(u"Entries were deleted."_s)
                    : Count::exact(std::distance(undelivered, stream.entries.end()));
    state.pending = Count::exact(qint64(group.pending.size()));
    std::map<ConsumerName, qint64> held;
    qint64 stuck = 0;
    qint64 poison = 0;
    for (const auto& [id, pending] : group.pending) {
        const Milliseconds idle = since(pending.deliveredAt, m_streams->now());
        state.oldestIdle = std::max(state.oldestIdle.value_or(idle), idle);
        state.maxDeliveries =
            std::max(state.maxDeliveries.value_or(pending.deliveries), pending.deliveries);
        stuck += idle >= m_options.thresholds.idle ? 1 : 0;
        poison += pending.deliveries >= m_options.thresholds.maxDeliveries ? 1 : 0;
        ++held[pending.consumer];
    }
    state.stuck = Count::exact(stuck);
    state.poison = Count::exact(poison);
    for (const auto& [consumer, seen] : group.consumers) {
        state.consumers.append(ConsumerState{
            consumer, Count::exact(held[consumer]), since(seen, m_streams->now()), std::nullopt});
    }
    return state;
}

Result<QList<Message>> FakeBroker::read(const MessageRange& range)
{
    if (auto entered = enter("read"); !entered)
        return entered.error();
    const std::lock_guard lock(m_streams->mutex());
    const auto stream = m_streams->streams().find(range.topic);
    if (stream == m_streams->streams().end())
        return missing(u"such topic"_s);
    QList<Message> messages;
    for (const auto& [id, fields] : stream->second.entries) {
        if (id >= range.from && id <= range.to)
            messages.append(m_mapping.message(range.topic, id, fields));
    }
    if (range.newestFirst)
        std::reverse(messages.begin(), messages.end());
    return messages.first(
        std::min<qsizetype>(messages.size(), std::clamp<qint64>(range.limit, 1, 500)));
}

Result<QList<Message>> FakeBroker::fetch(const BrokerTopic& topic, std::span<const EntryId> ids)
{
    if (auto entered = enter("fetch"); !entered)
        return entered.error();
    const std::lock_guard lock(m_streams->mutex());
    QList<Message> messages;
    const auto stream = m_streams->streams().find(topic);
    for (const EntryId& id : ids) {
        if (stream == m_streams->streams().end())
            break;
        const auto entry = stream->second.entries.find(id);
        if (entry != stream->second.entries.end())
            messages.append(m_mapping.message(topic, id, entry->second));
    }
    return messages;
}

std::vector<Result<EntryId>> FakeBroker::publish(
    std::span<const OutgoingMessage> messages, const Durability& durability)
{
    Q_UNUSED(durability) // One server that keeps everything: each kind holds at once.
    std::vector<Result<EntryId>> results;
    const auto entered = enterWriting("publish");
    const std::lock_guard lock(m_streams->mutex());
    for (const OutgoingMessage& message : messages) {
        if (!entered) {
            results.push_back(entered.error());
        } else if (m_streams->faults.refused.contains(message.eventId)) {
            results.push_back(Error{Error::Kind::Refused, u"The fake broker refused it."_s, {}});
        } else if (answer()) {
            results.push_back(
                m_streams->add(destination(message.topic), m_mapping.fields(message)));
        } else {
            if (m_streams->faults.unansweredAreDone)
                m_streams->add(destination(message.topic), m_mapping.fields(message));
            results.push_back(broken());
        }
    }
    return results;
}

QStringList FakeBroker::publishCommands(
    const OutgoingMessage& message, const Durability& durability) const
{
    Q_UNUSED(durability)
    return {u"APPEND "_s + destination(message.topic).text() + u" "_s + message.eventId.text()};
}

} // namespace outboard
