// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/time.h"
#include "model/snapshot.h"
#include "services/curve.h"

#include <QList>
#include <QString>
#include <QStringList>

#include <map>
#include <optional>
#include <utility>

namespace outboard {

/// Which curve. Per-group curves carry "stream / group" in `object`.
enum class Series {
    Backlog,       ///< rows
    OldestAge,     ///< seconds; 0 when nothing waits
    CreatedRate,   ///< rows/s
    PublishedRate, ///< rows/s
    Pending,       ///< entries, all groups; absent when one of them is unknown
    Lag,           ///< entries, all groups; absent when one of them is unknown
    OldestIdle,    ///< seconds, all groups; 0 when nothing is pending
    Dead,          ///< dead outbox rows, poison and dead-lettered entries, as far as known
    GroupPending,  ///< entries of `object`
    GroupLag,      ///< entries of `object`
};

/// A stream that began anew: what was in it is gone, as after a restart without persistence.
struct StreamLoss
{
    BrokerTopic topic;
    TimePoint at;  ///< The first round that saw it.
    Count entries; ///< How many it held when it was last seen.
};

/// The numbers of the last 24 h, in bounded memory; thinned with age (see Curve). At most 200
/// groups are followed, those seen first.
class History
{
public:
    void add(const Snapshot& snapshot);

    /// Samples at or after `from`, oldest first.
    QList<Sample> samples(Series series, TimePoint from, const QString& object = {}) const;

    /// Of the last round; absent when it was unknown then.
    std::optional<double> latest(Series series, const QString& object = {}) const;

    /// "stream / group" of every group seen in the last 24 h, sorted.
    QStringList groups() const;

    /// How groups() and the per-group curves spell a group.
    static QString groupObject(const BrokerTopic& topic, const GroupName& group);

    /// Seconds until the backlog is empty at the rates of the last minute; absent when it does not
    /// shrink, or the backlog or a rate is not exactly known.
    std::optional<double> secondsToDrain() const;

    /// In the last ten minutes, by topic.
    QList<StreamLoss> losses() const;

private:
    void addStreams(const Snapshot& snapshot);
    void put(Series series, const QString& object, TimePoint at, std::optional<double> value);
    void addOutbox(const Result<OutboxState>& outbox, TimePoint at);
    void addBroker(const Result<BrokerState>& broker, TimePoint at);
    void addGroup(const BrokerTopicState& topic, const GroupState& group, TimePoint at);
    void closeGroups(TimePoint at);
    void forgetGroup(const QString& object);
    std::optional<double> meanOfLastMinute(Series series) const;

    std::map<std::pair<Series, QString>, Curve> m_curves;
    std::map<QString, TimePoint> m_groupSeen; ///< Last round that showed the group.
    std::optional<OutboxState> m_lastOutbox;  ///< The last one that could be read.
    std::optional<TimePoint> m_lastAt;
    std::map<BrokerTopic, qint64> m_added;  ///< Ever, to each stream, when it was last seen.
    std::map<BrokerTopic, Count> m_lengths; ///< Then.
    std::map<BrokerTopic, StreamLoss> m_losses;
};

} // namespace outboard
