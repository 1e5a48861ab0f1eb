// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "brokers/deadenvelope.h"
#include "brokers/deadlettercontrol.h"
#include "brokers/pacer.h"
#include "brokers/redisconnection.h"
#include "brokers/redisdeadplaces.h"

#include <functional>

namespace outboard {

/// Dead letters in streams, lists and sorted sets of a Redis server. Chunks rest in between as long
/// as they took.
class RedisDeadLetters final : public DeadLetterControl
{
public:
    RedisDeadLetters(RedisConnection& session, DeadNames names, const MessageMapping& mapping);

    Result<QList<DeadPlace>> find(std::span<const BrokerTopic> topics) override;
    std::optional<BrokerTopic> originOf(const BrokerTopic& topic) const override;
    BrokerTopic placeFor(const BrokerTopic& topic) const override;
    Result<DeadPage> page(
        const DeadPlace& place, const std::optional<QByteArray>& from, qint64 limit) override;
    std::vector<DeadMove> remove(
        const DeadPlace& place,
        std::span<const DeadElement> elements,
        const std::stop_token& stop) override;
    std::vector<DeadMove> putBack(
        const DeadPlace& place,
        std::span<const DeadElement> elements,
        const std::stop_token& stop) override;
    std::vector<DeadMove> putBackPending(
        const BrokerTopic& topic,
        const GroupName& group,
        std::span<const PendingEntry> entries,
        const std::stop_token& stop) override;
    QStringList removeCommands(
        const DeadPlace& place, std::span<const DeadElement> elements) const override;
    QStringList putBackCommands(
        const DeadPlace& place, std::span<const DeadElement> elements) const override;
    QStringList putBackPendingCommands(
        const BrokerTopic& topic,
        const GroupName& group,
        std::span<const PendingEntry> entries) const override;

private:
    using CommandOf = std::function<RedisCommand(size_t index)>;
    using Judge = std::function<void(const RedisReply& reply, DeadMove& move)>;

    Result<DeadPage> streamPage(const DeadPlace& place, const QByteArray& from, qint64 limit);
    Result<DeadPage> elementPage(const DeadPlace& place, qint64 from, qint64 limit);
    /// Sends a command for every move that was not settled before; each chunk one write.
    void carryOut(
        std::span<DeadMove> moves,
        size_t chunk,
        const CommandOf& commandOf,
        const Judge& judge,
        const std::stop_token& stop);
    void findThoseThere(
        const DeadPlace& place, std::span<const DeadElement> elements, std::span<DeadMove> moves);
    void findPending(
        const BrokerTopic& topic,
        const GroupName& group,
        std::span<const PendingEntry> entries,
        std::span<DeadMove> moves,
        const std::stop_token& stop);

    RedisConnection& m_session;
    RedisDeadPlaces m_places;
    DeadEnvelope m_envelope;
    Pacer m_pacer;
};

} // namespace outboard
