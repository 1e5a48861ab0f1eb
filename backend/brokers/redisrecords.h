// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "brokers/messagemapping.h"
#include "brokers/redisreply.h"
#include "core/result.h"
#include "model/brokerstate.h"
#include "model/message.h"
#include "model/pending.h"

#include <QSet>

#include <vector>

namespace outboard {

/// Entries of an XRANGE or XREVRANGE reply.
Result<QList<Message>> messagesOf(
    const RedisReply& reply, const BrokerTopic& topic, const MessageMapping& mapping);

/// Rows of an XPENDING page. Equal consumer names share their bytes through `names`, because a list
/// can hold a million rows.
Result<std::vector<PendingEntry>> pendingOf(const RedisReply& reply, QSet<QByteArray>& names);

/// What XINFO STREAM says of the ids.
struct StreamBounds
{
    std::optional<EntryId> first; ///< Absent: the stream is empty.
    std::optional<EntryId> last;
    std::optional<EntryId> highestDeleted; ///< Absent: the server does not keep it (before 7.0).
    std::optional<EntryId> generated;      ///< The last id that was ever given.
    std::optional<qint64> length;
    std::optional<qint64> added; ///< Ever; absent before 7.0.

    /// As BrokerTopicState::goneUpTo.
    std::optional<EntryId> goneUpTo() const;
};

StreamBounds boundsOf(const RedisReply& streamInfo);

/// One group of an XINFO GROUPS reply; needs the stream's state for a lag that can be trusted.
GroupState groupOf(const RedisReply& group, const BrokerTopicState& topic);

/// Consumers of an XINFO CONSUMERS reply.
QList<ConsumerState> consumersOf(const RedisReply& reply);

/// The server's clock (TIME).
Result<TimePoint> timeOf(const RedisReply& reply);

/// "Redis 7.0.15" from INFO server; forks name themselves.
QString serverOf(const RedisReply& info);

/// A reply that has another shape than the command promises.
Error oddReply(const QString& command);

} // namespace outboard
