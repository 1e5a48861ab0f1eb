// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "core/strongid.h"
#include "model/brokerstate.h"
#include "model/message.h"
#include "model/pending.h"
#include "model/serverhealth.h"

#include <QList>
#include <QStringList>

#include <optional>
#include <span>
#include <stop_token>
#include <vector>

namespace outboard {

/// What must be true before a message counts as accepted.
struct Durability
{
    enum class Kind {
        Reply,    ///< The broker answered.
        Replicas, ///< `replicas` replicas have it (Redis WAIT, Kafka acks=all).
        Disk,     ///< Written to the append-only file (Redis WAITAOF).
    };

    Kind kind = Kind::Reply;
    int replicas = 0;

    friend bool operator==(const Durability&, const Durability&) = default;
};

/// A range of messages of one broker topic.
struct MessageRange
{
    BrokerTopic topic;
    EntryId from = EntryId::lowest();
    EntryId to = EntryId::highest();
    bool newestFirst = false;
    qint64 limit = 100; ///< 1…500
};

/// Pending lists, where a broker has them (Redis; null for Kafka).
/// All calls work in chunks that do not stall the server; a stop is obeyed between chunks.
class PendingControl
{
public:
    virtual ~PendingControl() = default;

    /// Entries of one page of the list that pass the query's filter. Follow `next` to the end.
    /// Source: XPENDING stream group start end count; never with IDLE, which scans the whole list.
    virtual Result<PendingPage> page(const PendingQuery& query) = 0;

    /// Error::Missing when the group does not exist. A broken connection is in the report, because
    /// the chunks before it are done. Source: XCLAIM, min-idle-time always sent.
    virtual Result<ClaimReport> claim(const ClaimRequest& request, const std::stop_token& stop) = 0;

    /// Source: XACK.
    virtual Result<AckReport> acknowledge(
        const BrokerTopic& topic,
        const GroupName& group,
        std::span<const EntryId> ids,
        const std::stop_token& stop) = 0;

    /// The commands that claim() and acknowledge() send, for the confirm dialog; ids are shortened.
    virtual QStringList claimCommands(const ClaimRequest& request) const = 0;
    virtual QStringList acknowledgeCommands(
        const BrokerTopic& topic, const GroupName& group, std::span<const EntryId> ids) const = 0;
};

/// Places of dead letters, where a broker has them (see deadlettercontrol.h).
class DeadLetterControl;

/// Stored positions of a group, where the broker lets them be moved (Kafka offsets, XGROUP SETID).
class OffsetControl;

/// One broker. Synchronous; used on one thread. Speaks of topics, messages and groups only: what
/// one kind of broker has alone is behind pending(), dead() and offsets(), null where it does not
/// exist.
class Broker
{
public:
    virtual ~Broker() = default;

    virtual bool isUsable() const = 0;
    virtual Result<Microseconds> ping() = 0;

    /// Where the profile's mapping sends an outbox topic.
    virtual BrokerTopic destination(const TopicName& topic) const = 0;

    /// The outbox topic that a broker topic stands for, where the mapping can be turned round.
    virtual std::optional<TopicName> topicOf(const BrokerTopic& topic) const = 0;

    /// All broker topics that exist among `topics`' destinations and those found by discovery
    /// (bounded work a call), with their groups. A topic that cannot be read carries its `problem`.
    virtual Result<BrokerState> state(const QList<TopicName>& topics) = 0;

    /// At most `limit` messages. Error::Missing when the topic does not exist.
    virtual Result<QList<Message>> read(const MessageRange& range) = 0;

    /// The messages with these ids; ids whose message is gone are left out. Chunks of 100.
    virtual Result<QList<Message>> fetch(
        const BrokerTopic& topic, std::span<const EntryId> ids) = 0;

    /// One result per message, in order; the whole batch goes out in one write.
    /// Unreachable and Timeout mean "may have been appended"; any other error "was not".
    virtual std::vector<Result<EntryId>> publish(
        std::span<const OutgoingMessage> messages, const Durability& durability) = 0;

    /// The commands that publish() sends for this message, for the confirm dialog.
    virtual QStringList publishCommands(
        const OutgoingMessage& message, const Durability& durability) const = 0;

    virtual PendingControl* pending() { return nullptr; }

    virtual DeadLetterControl* dead() { return nullptr; }

    virtual OffsetControl* offsets() { return nullptr; }

    /// Memory, persistence and replicas of the server, and samples of its streams: those of the
    /// round's state with the most to tell, 50 groups at most. What could not be asked is absent;
    /// an error only when the connection broke.
    virtual Result<BrokerHealth> health(const BrokerState& state)
    {
        Q_UNUSED(state)
        return BrokerHealth();
    }
};

} // namespace outboard
