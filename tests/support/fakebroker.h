// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "brokers/broker.h"
#include "brokers/deadenvelope.h"
#include "brokers/deadlettercontrol.h"
#include "brokers/deadnames.h"
#include "brokers/messagemapping.h"
#include "brokers/streamtemplate.h"
#include "core/access.h"
#include "settings/profile.h"
#include "support/fakestreams.h"

#include <functional>
#include <memory>
#include <utility>

namespace outboard {

/// One connection to FakeStreams. Held to the same contract as the real brokers (tests/contract).
class FakeBroker final
    : public Broker
    , private PendingControl
    , private DeadLetterControl
{
public:
    struct Options
    {
        Access access = Access::Operate;
        BrokerSettings settings; ///< Its stream, event_id and payload are used.
        Thresholds thresholds;
    };

    /// Error::Unreachable while Faults::unreachable; else what the hook "open" answers.
    static Result<std::unique_ptr<FakeBroker>> open(
        std::shared_ptr<FakeStreams> streams, const Options& options);

    static Result<std::unique_ptr<FakeBroker>> open(std::shared_ptr<FakeStreams> streams)
    {
        return open(std::move(streams), Options());
    }

    bool isUsable() const override { return m_usable; }

    Result<Microseconds> ping() override;
    BrokerTopic destination(const TopicName& topic) const override;
    std::optional<TopicName> topicOf(const BrokerTopic& topic) const override;
    Result<BrokerState> state(const QList<TopicName>& topics) override;
    Result<QList<Message>> read(const MessageRange& range) override;
    Result<QList<Message>> fetch(const BrokerTopic& topic, std::span<const EntryId> ids) override;
    std::vector<Result<EntryId>> publish(
        std::span<const OutgoingMessage> messages, const Durability& durability) override;
    QStringList publishCommands(
        const OutgoingMessage& message, const Durability& durability) const override;
    PendingControl* pending() override;
    DeadLetterControl* dead() override;

private:
    FakeBroker(
        std::shared_ptr<FakeStreams> streams,
        const Options& options,
        StreamTemplate streamNames,
        MessageMapping mapping);

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

    std::optional<DeadPlace> placeNamed(const BrokerTopic& name) const;
    DeadPage streamPage(const DeadPlace& place, const EntryId& from, qint64 limit) const;
    QList<std::pair<QByteArray, QByteArray>> elementsOf(const DeadPlace& place) const;
    bool removeOne(const DeadPlace& place, const DeadElement& element);
    DeadMove putBackOne(const DeadPlace& place, const DeadElement& element);
    Count deadOf(const BrokerTopic& topic) const;
    /// Calls `work` for each move, as long as the connection answers.
    std::vector<DeadMove> moveAll(
        const char* call,
        size_t count,
        const std::stop_token& stop,
        const std::function<DeadMove(size_t)>& work);

    /// Faults and the hook; every call begins with it.
    Result<void> enter(const char* call);
    Result<void> enterWriting(const char* call);
    /// Counts one answer; false: the connection just broke and it was not answered.
    bool answer();
    Result<void> checkGroup(const BrokerTopic& topic, const GroupName& name);

    struct ChunkedReport
    {
        std::vector<EntryId>* notTried;
        std::vector<EntryId>* unknown;
        std::optional<Error>* error;
    };

    Result<void> inChunks(
        const char* call,
        std::span<const EntryId> ids,
        size_t chunkSize,
        const std::stop_token& stop,
        ChunkedReport report,
        const std::function<void(const EntryId& id, bool answered)>& work);
    Result<FakeStreams::Group*> group(const BrokerTopic& topic, const GroupName& name);
    BrokerTopicState stateOf(const BrokerTopic& topic, const FakeStreams::Stream& stream) const;
    GroupState stateOf(
        const FakeStreams::Stream& stream,
        const GroupName& name,
        const FakeStreams::Group& group) const;
    void claimOne(const ClaimRequest& request, const EntryId& id, ClaimReport& report);

    std::shared_ptr<FakeStreams> m_streams;
    Options m_options;
    StreamTemplate m_streamNames;
    MessageMapping m_mapping;
    DeadNames m_deadNames;
    DeadEnvelope m_envelope;
    int m_age = 0;
    bool m_usable = true;
};

} // namespace outboard
