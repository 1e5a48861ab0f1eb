// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "model/brokerstate.h"
#include "model/deadletter.h"
#include "model/pending.h"
#include "services/relay.h"
#include "settings/profile.h"

#include <QHash>
#include <QList>
#include <QString>

#include <optional>
#include <span>
#include <stop_token>

namespace outboard {

class Broker;
class DeadLetterControl;
class DeadRows;
struct DeadPlace;
class OutboxStore;

/// Which dead letters. Every condition that is set must hold.
struct DeadRequest
{
    std::optional<BrokerTopic> topic;
    std::optional<TopicName> topicName; ///< The outbox's name for it.
    GroupName group;                    ///< Also letters that do not say whose they are.
    QString error;                      ///< Part of the error or of its kind, in any case.
    std::optional<Milliseconds> since;  ///< Died so long ago or less, by the server's clock.
    qint64 limit = 100'000;

    friend bool operator==(const DeadRequest&, const DeadRequest&) = default;
};

/// Finds all that is dead in a profile: poison entries, pending entries whose stream entry is gone,
/// what lies in dead-letter streams, lists and sorted sets, dead outbox rows and their table.
class DeadCollector
{
public:
    /// `outbox` may be null: dead rows and lost payloads are then missing.
    DeadCollector(const Profile& profile, OutboxStore* outbox, Broker& broker);

    /// Reads bounded pages until the request's limit, or 256 MB of payloads. An error only when the
    /// broker does not answer; what else could not be looked into is in the answer's problems.
    /// Error::Cancelled when stopped.
    Result<DeadLetters> collect(
        const DeadRequest& request, const ProgressFn& progress, const std::stop_token& stop);

private:
    Result<void> collectFromBroker();
    Result<QList<BrokerTopicState>> topics();
    QList<BrokerTopic> originsAmong(const QList<BrokerTopicState>& topics) const;

    Result<void> addPending(const BrokerTopicState& topic);
    Result<void> addPendingOf(const BrokerTopicState& topic, const GroupName& group);
    Result<void> addPendingChunk(
        const BrokerTopicState& topic,
        const GroupName& group,
        std::span<const PendingEntry> entries);
    Result<void> addPlace(DeadLetterControl& control, const DeadPlace& place);
    Result<void> addRows();
    Result<void> addRowsOf(DeadRows& rows, DeadWhere kind);
    void nameLostEntries();
    Result<void> fillFromOutbox();
    void leaveOutTooOld();

    bool isPoison(const PendingEntry& entry) const;
    bool passes(const DeadLetter& letter) const;
    /// False when the limit is reached.
    bool add(DeadLetter letter);
    Result<void> checkStop() const;

    const Profile& m_profile;
    OutboxStore* m_outbox;
    Broker& m_broker;
    DeadRequest m_request;
    ProgressFn m_progress;
    std::stop_token m_stop;
    DeadLetters m_found;
    qint64 m_bytes = 0;
    QHash<DeadLetterId, int> m_copies; ///< How many elements of a list were equal so far.
};

} // namespace outboard
