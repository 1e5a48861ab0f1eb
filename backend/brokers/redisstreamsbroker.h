// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "brokers/broker.h"
#include "brokers/messagemapping.h"
#include "brokers/pacer.h"
#include "brokers/redisconnection.h"
#include "brokers/redisdeadletters.h"
#include "brokers/redishealth.h"
#include "brokers/redispendingcontrol.h"
#include "brokers/redispublisher.h"
#include "brokers/redistopology.h"
#include "brokers/streamtemplate.h"
#include "settings/profile.h"

#include <memory>

namespace outboard {

/// Redis Streams, and servers that speak like it.
class RedisStreamsBroker final : public Broker
{
public:
    /// How a stream, an event id and a payload are found. Error::Refused for a rule that cannot be
    /// read, with what to write.
    struct Rules
    {
        StreamTemplate names;
        MessageMapping mapping;
        DeadNames dead;

        static Result<Rules> parse(const BrokerSettings& settings);
    };

    RedisStreamsBroker(
        std::unique_ptr<RedisConnection> session, const Rules& rules, const Thresholds& thresholds);

    bool isUsable() const override { return m_session->isUsable(); }

    Result<Microseconds> ping() override;
    BrokerTopic destination(const TopicName& topic) const override;
    std::optional<TopicName> topicOf(const BrokerTopic& topic) const override;
    Result<BrokerState> state(const QList<TopicName>& topics) override;
    Result<BrokerHealth> health(const BrokerState& state) override;
    Result<QList<Message>> read(const MessageRange& range) override;
    Result<QList<Message>> fetch(const BrokerTopic& topic, std::span<const EntryId> ids) override;
    std::vector<Result<EntryId>> publish(
        std::span<const OutgoingMessage> messages, const Durability& durability) override;
    QStringList publishCommands(
        const OutgoingMessage& message, const Durability& durability) const override;

    PendingControl* pending() override { return &m_pending; }

    DeadLetterControl* dead() override { return &m_dead; }

private:
    std::unique_ptr<RedisConnection> m_session;
    StreamTemplate m_names;
    MessageMapping m_mapping;
    RedisTopology m_topology;
    RedisHealth m_health;
    RedisPublisher m_publisher;
    RedisPendingControl m_pending;
    RedisDeadLetters m_dead;
    Pacer m_pacer;
};

} // namespace outboard
