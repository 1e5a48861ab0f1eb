// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "brokers/redisconnection.h"
#include "brokers/redisdeadplaces.h"
#include "brokers/redisdiscovery.h"
#include "brokers/redisfeatures.h"
#include "brokers/redispendingsurvey.h"
#include "brokers/streamtemplate.h"
#include "model/brokerstate.h"

#include <QHash>

#include <span>
#include <vector>

namespace outboard {

/// The streams, groups and consumers of a server, asked in pipelines. Remembers between rounds what
/// would cost too much to ask in each.
class RedisTopology
{
public:
    RedisTopology(const StreamTemplate& names, const DeadNames& dead, const Thresholds& thresholds);

    /// As Broker::state().
    Result<BrokerState> look(RedisConnection& session, const QList<TopicName>& topics);

private:
    struct Memory
    {
        TimePoint at;
        qint64 bytes = 0;
    };

    Result<void> lookAtServer(RedisConnection& session, BrokerState& state);
    Result<void> lookAtStreams(
        RedisConnection& session,
        std::span<const BrokerTopic> topics,
        const std::set<BrokerTopic>& asked,
        BrokerState& state);
    Result<void> lookAtConsumers(RedisConnection& session, BrokerState& state);
    BrokerTopicState topicOf(
        const BrokerTopic& name,
        const Result<RedisReply>& groups,
        const Result<RedisReply>& info) const;
    bool needsMemory(const BrokerTopic& topic, TimePoint now) const;
    void keepMemory(const BrokerTopic& topic, const Result<RedisReply>& usage, TimePoint now);

    StreamTemplate m_names;
    RedisFeatures m_features;
    RedisDiscovery m_discovery;
    RedisPendingSurvey m_survey;
    RedisDeadPlaces m_dead;
    QString m_server;
    QHash<BrokerTopic, Memory> m_memory;
    bool m_asksMemory = true;
};

} // namespace outboard
