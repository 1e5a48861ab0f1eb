// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/snapshot.h"

namespace outboard {

/// A round in which all is well, built up step by step by a test:
/// `SnapshotBuilder(now).backlog(12).group("order.paid", "billing")`. Ages count from `now`, which
/// is also the servers' clock.
class SnapshotBuilder
{
public:
    explicit SnapshotBuilder(TimePoint now)
        : m_now(now)
    {
        m_snapshot.startedAt = now;
        m_snapshot.finishedAt = now;
        OutboxState outbox;
        outbox.at = now;
        outbox.table = QStringLiteral("orders_outboxevent");
        outbox.unpublished = Count::exact(0);
        outbox.dead = Count::exact(0);
        outbox.hasUnpublishedIndex = true;
        outbox.lastPublishedAt = now;
        OutboxTopicState topic; // Its counts of the last minute are unknown.
        topic.topic = TopicName("order.paid");
        outbox.topics = {topic};
        m_snapshot.outbox = outbox;
        BrokerState broker;
        broker.at = now;
        m_snapshot.broker = broker;
        for (const char* name : {"outbox", "broker", "ledger billing_processedevent"}) {
            SourceHealth health;
            health.name = QLatin1StringView(name);
            health.isOk = true;
            health.roundTrip = Microseconds(150);
            m_snapshot.sources.append(health);
        }
    }

    OutboxState& outbox() { return *m_snapshot.outbox; }

    BrokerState& broker() { return *m_snapshot.broker; }

    SourceHealth& source(qsizetype index) { return m_snapshot.sources[index]; }

    /// The database as it was asked in this round; at first nothing is wrong with it.
    OutboxHealth& outboxHealth()
    {
        std::optional<OutboxHealth>& health = m_snapshot.health.outbox;
        if (!health) {
            health.emplace();
            health->at = m_now;
        }
        return *health;
    }

    BrokerHealth& brokerHealth()
    {
        std::optional<BrokerHealth>& health = m_snapshot.health.broker;
        if (!health) {
            health.emplace();
            health->at = m_now;
        }
        return *health;
    }

    /// Of the first ledger.
    LedgerHealth& ledgerHealth()
    {
        if (m_snapshot.health.ledgers.isEmpty()) {
            m_snapshot.health.ledgers.append(LedgerHealth());
            m_snapshot.health.ledgers[0]->table = QStringLiteral("billing_processedevent");
        }
        return *m_snapshot.health.ledgers[0];
    }

    /// Exactly `rows` wait, the oldest for `oldest`.
    SnapshotBuilder& backlog(qint64 rows, Milliseconds oldest = Milliseconds(1'000))
    {
        outbox().unpublished = Count::exact(rows);
        outbox().oldestAge = oldest;
        outbox().oldestUnpublishedAt = m_now - oldest;
        return *this;
    }

    SnapshotBuilder& highestId(qint64 id)
    {
        outbox().highestId = id;
        return *this;
    }

    SnapshotBuilder& outboxError(Error::Kind kind)
    {
        m_snapshot.outbox = Error{kind, QStringLiteral("The database is gone."), {}};
        return *this;
    }

    SnapshotBuilder& brokerError(Error::Kind kind)
    {
        m_snapshot.broker = Error{kind, QStringLiteral("The broker is gone."), {}};
        return *this;
    }

    BrokerTopicState& topic(const QByteArray& name)
    {
        for (BrokerTopicState& known : broker().topics) {
            if (known.name.bytes() == name)
                return known;
        }
        BrokerTopicState state;
        state.name = BrokerTopic(name);
        state.length = Count::exact(100);
        broker().topics.append(state);
        return broker().topics.last();
    }

    /// A group in which nothing is pending and nothing lags.
    GroupState& group(const QByteArray& topicName, const QByteArray& name)
    {
        GroupState state;
        state.name = GroupName(name);
        state.lag = Count::exact(0);
        state.pending = Count::exact(0);
        state.stuck = Count::exact(0);
        state.poison = Count::exact(0);
        BrokerTopicState& of = topic(topicName);
        of.groups.append(state);
        return of.groups.last();
    }

    static ConsumerState consumer(const QByteArray& name, qint64 pending, Milliseconds idle)
    {
        ConsumerState state;
        state.name = ConsumerName(name);
        state.pending = Count::exact(pending);
        state.idle = idle;
        return state;
    }

    Snapshot& snapshot() { return m_snapshot; }

    const Snapshot& snapshot() const { return m_snapshot; }

private:
    TimePoint m_now;
    Snapshot m_snapshot;
};

} // namespace outboard
