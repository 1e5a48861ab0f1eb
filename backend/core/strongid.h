// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QHashFunctions>
#include <QString>

#include <compare>
#include <utility>

namespace outboard {

/// The bytes of an identifier exactly as the server gave them, with a type of its own, so that a
/// group can never be passed where a topic is meant. Never assumed to be UTF-8: use text() to show
/// it.
template<class Tag>
class StrongId
{
public:
    StrongId() = default;

    explicit StrongId(QByteArray bytes)
        : m_bytes(std::move(bytes))
    {}

    static StrongId fromText(const QString& text) { return StrongId(text.toUtf8()); }

    const QByteArray& bytes() const { return m_bytes; }

    /// For screens and JSON; bytes that are not UTF-8 become U+FFFD.
    QString text() const { return QString::fromUtf8(m_bytes); }

    bool isEmpty() const { return m_bytes.isEmpty(); }

    friend bool operator==(const StrongId& a, const StrongId& b) { return a.m_bytes == b.m_bytes; }

    friend std::strong_ordering operator<=>(const StrongId& a, const StrongId& b)
    {
        return QByteArrayView(a.m_bytes).compare(b.m_bytes) <=> 0;
    }

    friend size_t qHash(const StrongId& id, size_t seed = 0) { return qHash(id.m_bytes, seed); }

private:
    QByteArray m_bytes;
};

/// The event's own id, the one the consumers' ledger holds.
using EventId = StrongId<struct EventIdTag>;
/// Primary key of an outbox row, as PostgreSQL prints it (bigint, uuid or text).
using OutboxRowId = StrongId<struct OutboxRowIdTag>;
/// The outbox row's routing key.
using TopicName = StrongId<struct TopicNameTag>;
/// What the broker calls the place a topic maps to: a stream's key in Redis, a topic in Kafka.
using BrokerTopic = StrongId<struct BrokerTopicTag>;
using GroupName = StrongId<struct GroupNameTag>;
using ConsumerName = StrongId<struct ConsumerNameTag>;

} // namespace outboard
