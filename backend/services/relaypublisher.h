// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "brokers/broker.h"

#include <QByteArray>
#include <QList>

#include <optional>
#include <span>
#include <tuple>
#include <unordered_map>
#include <vector>

namespace outboard {

/// Hands the batches of one relay run to the broker, and remembers what it refused: a refused row
/// stays unpublished, so every later walk selects it again, but it is offered only once a run.
class RelayPublisher
{
public:
    RelayPublisher(Broker& broker, Durability durability);

    /// One answer per message, in order; refused ones get their first answer again.
    std::vector<Result<EntryId>> publish(std::span<const OutgoingMessage> messages);

    /// How many of these publish() would offer to the broker.
    qint64 fresh(std::span<const OutgoingMessage> messages) const;

    /// Forgets offered(), accepted() and appended(), before a chunk that may end without
    /// publishing.
    void beginChunk();

    /// Messages of this chunk that were offered to the broker for the first time.
    qint64 offered() const { return m_offered; }

    /// Event ids of this chunk's messages that the broker took for certain.
    const QList<QByteArray>& accepted() const { return m_accepted; }

    /// Messages of this chunk that are, or may be, in the broker.
    qint64 appended() const { return m_appended; }

    /// Set once the connection to the broker broke; nothing more can be published.
    const std::optional<Error>& broken() const { return m_broken; }

private:
    /// What tells one row's message from another's; the row id does not reach the broker.
    using Key = std::tuple<EventId, TopicName, qint64>;

    struct KeyHash
    {
        size_t operator()(const Key& key) const;
    };

    static Key keyOf(const OutgoingMessage& message);
    std::vector<Result<EntryId>> offer(std::span<const OutgoingMessage> messages);
    void note(const OutgoingMessage& message, const Result<EntryId>& answer);

    Broker& m_broker;
    Durability m_durability;
    std::unordered_map<Key, Error, KeyHash> m_refused;
    std::optional<Error> m_broken;
    QList<QByteArray> m_accepted;
    qint64 m_offered = 0;
    qint64 m_appended = 0;
};

} // namespace outboard
