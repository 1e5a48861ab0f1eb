// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "brokers/broker.h"
#include "brokers/pacer.h"
#include "brokers/redisconnection.h"

#include <QSet>

namespace outboard {

/// Pending lists of Redis groups. Pages and chunks rest in between as long as they took, over calls
/// too, so that whoever follows a list to its end leaves half of the server's time to others.
class RedisPendingControl final : public PendingControl
{
public:
    explicit RedisPendingControl(RedisConnection& session);

    Result<PendingPage> page(const PendingQuery& query) override;
    Result<ClaimReport> claim(const ClaimRequest& request, const std::stop_token& stop) override;
    Result<AckReport> acknowledge(
        const BrokerTopic& topic,
        const GroupName& group,
        std::span<const EntryId> ids,
        const std::stop_token& stop) override;
    QStringList claimCommands(const ClaimRequest& request) const override;
    QStringList acknowledgeCommands(
        const BrokerTopic& topic,
        const GroupName& group,
        std::span<const EntryId> ids) const override;

private:
    void claimChunk(const ClaimRequest& request, std::span<const EntryId> ids, ClaimReport& report);
    void acknowledgeChunk(
        const BrokerTopic& topic,
        const GroupName& group,
        std::span<const EntryId> ids,
        AckReport& report);

    RedisConnection& m_session;
    Pacer m_pacer;
    QSet<QByteArray> m_names;
};

} // namespace outboard
