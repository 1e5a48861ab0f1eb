// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "brokers/deadlettercontrol.h"
#include "brokers/deadnames.h"
#include "brokers/redisconnection.h"
#include "model/brokerstate.h"

#include <QList>
#include <QSet>

#include <span>

namespace outboard {

/// Finds the dead-letter places of streams, and counts what lies in them.
class RedisDeadPlaces
{
public:
    explicit RedisDeadPlaces(DeadNames names);

    const DeadNames& names() const { return m_names; }

    /// As DeadLetterControl::find().
    Result<QList<DeadPlace>> find(
        RedisConnection& session, std::span<const BrokerTopic> topics) const;

    /// For a round: fills `dead` of every topic. Places are looked for every 15 s, lengths are
    /// asked each time. An error only when the connection broke.
    Result<void> count(RedisConnection& session, QList<BrokerTopicState>& topics, TimePoint now);

private:
    Result<void> measure(RedisConnection& session, std::span<DeadPlace> places) const;
    QList<DeadPlace> candidates(std::span<const BrokerTopic> topics) const;

    DeadNames m_names;
    TimePoint m_foundAt;
    QSet<BrokerTopic> m_knownTopics;
    QList<DeadPlace> m_places;
};

} // namespace outboard
