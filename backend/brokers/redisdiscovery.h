// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "brokers/redisconnection.h"
#include "brokers/streamtemplate.h"
#include "core/result.h"
#include "core/strongid.h"

#include <QString>

#include <set>

namespace outboard {

/// Finds the streams whose names fit the template, a bounded part of the key space at a time: the
/// cursor is kept between calls, and a sweep that ended begins anew with the next call.
class RedisDiscovery
{
public:
    explicit RedisDiscovery(const StreamTemplate& names);

    /// Those of the last whole sweep, and what the current one has found so far.
    std::set<BrokerTopic> found() const;

    /// Translated; why streams may be missing. Empty once a whole sweep was done.
    QString note() const;

    /// Looks at some more keys. An error only when the connection broke; a server that forbids SCAN
    /// is not asked again.
    Result<void> lookFurther(RedisConnection& session);

private:
    /// Whether the sweep ended with this reply.
    bool take(const RedisReply& reply);
    RedisCommand scanCommand() const;

    StreamTemplate m_names;
    QByteArray m_cursor = "0";
    std::set<BrokerTopic> m_before;
    std::set<BrokerTopic> m_sweep;
    bool m_isWhole = false;
    bool m_knowsTypes = true; ///< SCAN … TYPE, from Redis 6.0 on.
    bool m_isForbidden = false;
    bool m_isFull = false;
    QString m_problem; ///< Why the last look failed; empty once one went well.
};

} // namespace outboard
