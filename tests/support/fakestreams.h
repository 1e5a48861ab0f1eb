// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "model/message.h"
#include "model/pending.h"

#include <QByteArrayView>
#include <QList>
#include <QSet>

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

namespace outboard {

/// The server behind FakeBroker: streams, groups and pending lists in memory, with Redis's
/// semantics and a clock that only the test moves. Shared by any number of fake connections; any
/// thread may call. The test plays producer and consumers through it.
class FakeStreams
{
public:
    struct Pending
    {
        ConsumerName consumer;
        TimePoint deliveredAt;
        qint64 deliveries = 1;
    };

    struct Group
    {
        EntryId lastDelivered;
        std::map<EntryId, Pending> pending;
        std::map<ConsumerName, TimePoint> consumers; ///< When each last asked for anything.
    };

    struct Stream
    {
        std::map<EntryId, QList<Field>> entries;
        EntryId lastId;
        EntryId highestDeleted;
        std::map<GroupName, Group> groups;
    };

    /// What goes wrong. Set before the broker is used.
    struct Faults
    {
        QSet<EventId> refused; ///< publish() answers Refused for these, acknowledge() for none.
        QSet<EntryId> refusedEntries; ///< acknowledge() answers Refused for these.
        /// The connection that does it breaks after so many answered messages or ids, once.
        std::optional<qint64> breakAfter;
        bool unansweredAreDone = false; ///< What was not answered was carried out nevertheless.
        bool unreachable = false;       ///< Nothing can be opened or asked.
        bool withoutPending = false;    ///< As with Kafka: Broker::pending() is null.
        bool withoutDead = false;       ///< Broker::dead() is null.
        std::map<BrokerTopic, QString> problems; ///< BrokerTopicState::problem.
    };

    explicit FakeStreams(TimePoint now = TimePoint(Microseconds(1'700'000'000'000'000)));

    TimePoint now() const;
    void advance(Milliseconds duration);

    /// Called before every call, and every chunk of a call, with its name: "open", "ping", "state",
    /// "read", "fetch", "publish", "page", "claim", "acknowledge", "findDead", "deadPage",
    /// "removeDead", "putDeadBack", "putPendingBack". An error is what the call then
    /// answers. The hook may use this object, e.g. to let a live consumer win a race.
    std::function<Result<void>(QByteArrayView call)> before;
    Faults faults;

    // The producer.
    EntryId add(const BrokerTopic& topic, const QList<Field>& fields);
    EntryId add(const QByteArray& topic, const QByteArray& eventId, const QByteArray& payload);
    void remove(const BrokerTopic& topic, const EntryId& id);

    /// Dead-letter places that are no streams.
    void addToList(const BrokerTopic& list, const QByteArray& element);
    void addToSortedSet(const BrokerTopic& set, const QByteArray& element, qint64 score);

    // The consumers.
    void makeGroup(const BrokerTopic& topic, const GroupName& group, EntryId after = EntryId());
    /// Delivers up to `count` new entries; returns their ids.
    std::vector<EntryId> deliver(
        const BrokerTopic& topic, const GroupName& group, const ConsumerName& by, qint64 count);
    /// As a consumer that takes a pending entry over itself: idle starts again, one more delivery.
    void redeliver(
        const BrokerTopic& topic,
        const GroupName& group,
        const EntryId& id,
        const ConsumerName& by);
    bool acknowledge(const BrokerTopic& topic, const GroupName& group, const EntryId& id);

    // What a test looks at.
    std::vector<Message> entries(const BrokerTopic& topic) const;
    std::optional<Pending> pending(
        const BrokerTopic& topic, const GroupName& group, const EntryId& id) const;
    qint64 pendingCount(const BrokerTopic& topic, const GroupName& group) const;

    /// Every open connection breaks; new ones can be opened.
    void dropConnections();
    int connectionAge() const;

    /// Everything, for FakeBroker; hold the lock while using it.
    std::map<BrokerTopic, Stream>& streams() { return m_streams; }

    std::map<BrokerTopic, QList<QByteArray>>& lists() { return m_lists; }

    std::map<BrokerTopic, std::map<QByteArray, qint64>>& sortedSets() { return m_sortedSets; }

    std::recursive_mutex& mutex() const { return m_mutex; }

private:
    mutable std::recursive_mutex m_mutex;
    TimePoint m_now;
    int m_age = 0;
    std::map<BrokerTopic, Stream> m_streams;
    std::map<BrokerTopic, QList<QByteArray>> m_lists;
    std::map<BrokerTopic, std::map<QByteArray, qint64>> m_sortedSets; ///< Scores by element.
};

} // namespace outboard
