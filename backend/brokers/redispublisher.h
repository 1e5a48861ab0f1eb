// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "brokers/broker.h"
#include "brokers/messagemapping.h"
#include "brokers/redisconnection.h"
#include "brokers/redisfeatures.h"
#include "brokers/streamtemplate.h"

#include <span>
#include <vector>

namespace outboard {

/// Appends messages to streams and waits for the durability that was asked for.
class RedisPublisher
{
public:
    RedisPublisher(const StreamTemplate& names, const MessageMapping& mapping);

    /// As Broker::publish(). Whether the durability can be reached at all is asked before anything
    /// is appended; a shortfall afterwards is a Timeout for every message of the call, because they
    /// are in the stream but not as safe as they should be.
    std::vector<Result<EntryId>> publish(
        RedisConnection& session,
        std::span<const OutgoingMessage> messages,
        const Durability& durability);

    /// The commands for one message, payload shortened.
    QStringList commands(const OutgoingMessage& message, const Durability& durability) const;

private:
    Result<void> probe(RedisConnection& session, const Durability& durability);
    std::vector<Result<EntryId>> append(
        RedisConnection& session,
        std::span<const OutgoingMessage> messages,
        const Durability& durability);
    RedisCommand appendCommand(const OutgoingMessage& message) const;

    RedisFeatures m_features;
    StreamTemplate m_names;
    MessageMapping m_mapping;
};

} // namespace outboard
