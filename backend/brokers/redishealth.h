// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "brokers/messagemapping.h"
#include "brokers/redisconnection.h"
#include "model/brokerstate.h"
#include "model/pending.h"
#include "model/serverhealth.h"
#include "settings/profile.h"

#include <QSet>

#include <map>
#include <utility>
#include <vector>

namespace outboard {

/// Broker::health() on Redis. Remembers where streams began and what groups had read, so that it
/// can say what happened meanwhile.
class RedisHealth
{
public:
    RedisHealth(const MessageMapping& mapping, const Thresholds& thresholds);

    Result<BrokerHealth> look(RedisConnection& session, const BrokerState& state);

private:
    using GroupKey = std::pair<BrokerTopic, GroupName>;

    /// How a stream was at the last look.
    struct Before
    {
        EntryId first;
        std::optional<EntryId> highestDeleted;
        qint64 added = 0;
        qint64 length = 0;
        qint64 trimmed = 0;
        std::optional<TimePoint> trimmedAt;
    };

    Result<void> lookAtServer(RedisConnection& session, BrokerHealth& health);
    Result<void> lookAtStreams(
        RedisConnection& session, const BrokerState& state, BrokerHealth& health);
    void followStream(StreamHealth& stream, const RedisReply& info, TimePoint now);
    Result<void> lookAtGroup(
        RedisConnection& session,
        const BrokerTopicState& topic,
        const GroupState& state,
        BrokerHealth& health);
    Result<void> lookAtPending(
        RedisConnection& session, const BrokerTopicState& topic, GroupHealth& group);
    Result<void> addHeld(
        RedisConnection& session,
        const std::vector<PendingEntry>& entries,
        const std::optional<EntryId>& first,
        bool isWhole,
        GroupHealth& group);
    Result<void> addAcknowledged(
        RedisConnection& session, const GroupState& state, TimePoint now, GroupHealth& group);
    PendingEnds endsOf(const std::vector<PendingEntry>& entries) const;

    MessageMapping m_mapping;
    Thresholds m_thresholds;
    QSet<QByteArray> m_names;
    std::map<BrokerTopic, Before> m_before;
    std::map<GroupKey, EntryId> m_watchedFrom; ///< What each group had read when it was first seen.
};

} // namespace outboard
