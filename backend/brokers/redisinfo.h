// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "brokers/redisreply.h"
#include "core/time.h"
#include "model/serverhealth.h"

#include <QByteArrayView>

#include <optional>

namespace outboard {

/// The lines of an INFO reply.
class RedisInfo
{
public:
    explicit RedisInfo(const RedisReply& reply);

    /// Empty where the server does not tell.
    QByteArray text(QByteArrayView key) const;
    std::optional<qint64> number(QByteArrayView key) const;

private:
    QByteArrayList m_lines;
};

/// Absent where the server leaves out what matters, as hosted ones do. `now` is the server's clock.
std::optional<BrokerMemory> memoryOf(const RedisInfo& info);
std::optional<BrokerPersistence> persistenceOf(const RedisInfo& info);
std::optional<BrokerReplication> replicationOf(const RedisInfo& info);

} // namespace outboard
