// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/history.h"

#include "services/rates.h"

#include <algorithm>
#include <vector>

namespace outboard {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto lossMemory = std::chrono::minutes(10);

constexpr size_t mostGroups = 200;

double seconds(Microseconds duration)
{
    return std::chrono::duration<double>(duration).count();
}

std::optional<double> number(const Count& count)
{
    return count.isKnown() ? std::optional(static_cast<double>(count.value)) : std::nullopt;
}

std::vector<const GroupState*> groupsOf(const BrokerState& broker)
{
    std::vector<const GroupState*> groups;
    for (const BrokerTopicState& topic : broker.topics) {
        for (const GroupState& group : topic.groups)
            groups.push_back(&group);
    }
    return groups;
}

std::optional<double> sumOfAll(const BrokerState& broker, Count GroupState::*member)
{
    double sum = 0;
    for (const GroupState* group : groupsOf(broker)) {
        if (!(group->*member).isKnown())
            return std::nullopt;
        sum += static_cast<double>((group->*member).value);
    }
    return sum;
}

std::optional<double> oldestAge(const OutboxState& outbox)
{
    if (outbox.oldestAge)
        return seconds(*outbox.oldestAge);
    return outbox.unpublished == Count::exact(0) ? std::optional(0.0) : std::nullopt;
}

std::optional<double> oldestIdle(const BrokerState& broker)
{
    double longest = 0;
    for (const GroupState* group : groupsOf(broker)) {
        if (group->oldestIdle)
            longest = std::max(longest, seconds(*group->oldestIdle));
        else if (group->pending != Count::exact(0))
            return std::nullopt;
    }
    return longest;
}

/// A mapping without a "dead" predicate, or a broker that cannot tell, adds nothing; but a source
/// that did not answer makes the sum unknown.
std::optional<double> dead(const Snapshot& snapshot)
{
    if (!snapshot.outbox || !snapshot.broker)
        return std::nullopt;
    std::optional<double> sum = number(snapshot.outbox->dead);
    for (const GroupState* group : groupsOf(*snapshot.broker)) {
        if (group->poison.isKnown())
            sum = sum.value_or(0) + static_cast<double>(group->poison.value);
    }
    for (const BrokerTopicState& topic : snapshot.broker->topics) {
        if (topic.dead.isKnown() && topic.dead.value > 0)
            sum = sum.value_or(0) + static_cast<double>(topic.dead.value);
    }
    return sum;
}

} // namespace

QString History::groupObject(const BrokerTopic& topic, const GroupName& group)
{
    return topic.text() + u" / "_s + group.text();
}

void History::add(const Snapshot& snapshot)
{
    const TimePoint at = snapshot.finishedAt;
    m_lastAt = at;
    addOutbox(snapshot.outbox, at);
    addBroker(snapshot.broker, at);
    addStreams(snapshot);
    put(Series::Dead, {}, at, dead(snapshot));
}

/// A stream counts the entries that were ever added to it: the count falls only with the stream.
void History::addStreams(const Snapshot& snapshot)
{
    std::erase_if(m_losses, [&](const auto& loss) {
        return snapshot.finishedAt - loss.second.at > lossMemory;
    });
    if (!snapshot.broker || !snapshot.health.broker)
        return;
    for (const StreamHealth& stream : snapshot.health.broker->streams) {
        if (!stream.entriesAdded)
            continue;
        const auto known = m_added.find(stream.topic);
        if (known != m_added.end() && *stream.entriesAdded < known->second)
            m_losses[stream.topic] = {stream.topic, snapshot.finishedAt, m_lengths[stream.topic]};
        m_added[stream.topic] = *stream.entriesAdded;
        for (const BrokerTopicState& topic : snapshot.broker->topics) {
            if (topic.name == stream.topic)
                m_lengths[stream.topic] = topic.length;
        }
    }
}

QList<StreamLoss> History::losses() const
{
    QList<StreamLoss> found;
    for (const auto& [topic, loss] : m_losses)
        found.append(loss);
    return found;
}

void History::addOutbox(const Result<OutboxState>& outbox, TimePoint at)
{
    const OutboxRates rates = outbox ? ratesOf(m_lastOutbox, *outbox) : OutboxRates();
    put(Series::Backlog, {}, at, outbox ? number(outbox->unpublished) : std::nullopt);
    put(Series::OldestAge, {}, at, outbox ? oldestAge(*outbox) : std::nullopt);
    put(Series::CreatedRate, {}, at, rates.created);
    put(Series::PublishedRate, {}, at, rates.published);
    if (outbox)
        m_lastOutbox = *outbox;
}

void History::addBroker(const Result<BrokerState>& broker, TimePoint at)
{
    put(Series::Pending, {}, at, broker ? sumOfAll(*broker, &GroupState::pending) : std::nullopt);
    put(Series::Lag, {}, at, broker ? sumOfAll(*broker, &GroupState::lag) : std::nullopt);
    put(Series::OldestIdle, {}, at, broker ? oldestIdle(*broker) : std::nullopt);
    if (broker) {
        for (const BrokerTopicState& topic : broker->topics) {
            for (const GroupState& group : topic.groups)
                addGroup(topic, group, at);
        }
    }
    closeGroups(at);
}

void History::addGroup(const BrokerTopicState& topic, const GroupState& group, TimePoint at)
{
    const QString object = groupObject(topic.name, group.name);
    if (!m_groupSeen.contains(object) && m_groupSeen.size() == mostGroups)
        return;
    m_groupSeen[object] = at;
    put(Series::GroupPending, object, at, number(group.pending));
    put(Series::GroupLag, object, at, number(group.lag));
}

/// Groups that this round did not show get a gap; those not seen for 24 h are forgotten.
void History::closeGroups(TimePoint at)
{
    for (auto it = m_groupSeen.begin(); it != m_groupSeen.end();) {
        const auto [object, seenAt] = *it++;
        if (seenAt < at - 24h) {
            forgetGroup(object);
        } else if (seenAt != at) {
            put(Series::GroupPending, object, at, std::nullopt);
            put(Series::GroupLag, object, at, std::nullopt);
        }
    }
}

void History::forgetGroup(const QString& object)
{
    m_groupSeen.erase(object);
    m_curves.erase({Series::GroupPending, object});
    m_curves.erase({Series::GroupLag, object});
}

void History::put(Series series, const QString& object, TimePoint at, std::optional<double> value)
{
    m_curves[{series, object}].add({at, value});
}

QList<Sample> History::samples(Series series, TimePoint from, const QString& object) const
{
    const auto it = m_curves.find({series, object});
    return it == m_curves.end() ? QList<Sample>() : it->second.since(from);
}

std::optional<double> History::latest(Series series, const QString& object) const
{
    const auto it = m_curves.find({series, object});
    return it == m_curves.end() ? std::nullopt : it->second.latest();
}

QStringList History::groups() const
{
    QStringList names; // The map is sorted by name.
    for (const auto& group : m_groupSeen)
        names.append(group.first);
    return names;
}

std::optional<double> History::meanOfLastMinute(Series series) const
{
    double sum = 0;
    int known = 0;
    for (const Sample& sample : samples(series, *m_lastAt - 1min)) {
        if (sample.value) {
            sum += *sample.value;
            ++known;
        }
    }
    return known == 0 ? std::nullopt : std::optional(sum / known);
}

std::optional<double> History::secondsToDrain() const
{
    if (!m_lastOutbox || !m_lastOutbox->unpublished.isExact() || !latest(Series::Backlog))
        return std::nullopt;
    if (m_lastOutbox->unpublished.value == 0)
        return 0;
    const auto created = meanOfLastMinute(Series::CreatedRate);
    const auto published = meanOfLastMinute(Series::PublishedRate);
    if (!created || !published || *published <= *created)
        return std::nullopt;
    return static_cast<double>(m_lastOutbox->unpublished.value) / (*published - *created);
}

} // namespace outboard
