// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "brokers/broker.h"
#include "brokers/messagemapping.h"
#include "brokers/redissession.h"
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
        RedisSession& session,
        std::span<const OutgoingMessage> messages,
        const Durability& durability) const;

    /// The commands for one message, payload shortened.
    QStringList commands(const OutgoingMessage& message, const Durability& durability) const;

private:
    std::vector<Result<EntryId>> append(
        RedisSession& session,
        std::span<const OutgoingMessage> messages,
        const Durability& durability) const;
    RedisCommand appendCommand(const OutgoingMessage& message) const;

    StreamTemplate m_names;
    MessageMapping m_mapping;
};

} // namespace outboard
