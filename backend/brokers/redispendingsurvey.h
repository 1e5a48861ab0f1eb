// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "brokers/pacer.h"
#include "brokers/redisconnection.h"
#include "model/brokerstate.h"
#include "settings/profile.h"

#include <QSet>

#include <map>
#include <utility>
#include <vector>

namespace outboard {

/// Counts stuck and poison entries of all pending lists in bounded work a round: every list's first
/// page, where the oldest entries are, and for long lists further pages, whose cursor goes on where
/// the round before ended.
class RedisPendingSurvey
{
public:
    /// XPENDING pages of `pageSize` entries, `pages` of them a round over all lists.
    explicit RedisPendingSurvey(
        const Thresholds& thresholds, int pages = 24, qint64 pageSize = 2000);

    /// Fills oldestIdle, stuck, poison and maxDeliveries of every group. Exact when the whole list
    /// was read in this round, Estimated from the last whole reading, else AtLeast or Unknown, each
    /// with the reason. An error only when the connection broke.
    Result<void> look(RedisConnection& session, QList<BrokerTopicState>& topics);

private:
    struct Tally
    {
        qint64 seen = 0;
        qint64 stuck = 0;
        qint64 poison = 0;
        qint64 maxDeliveries = 0;
        Milliseconds oldestIdle{0};

        void add(const Tally& other);
    };

    /// A long list's reading, which takes several rounds.
    struct Reading
    {
        EntryId cursor;
        Tally sofar;
        std::optional<Tally> whole; ///< The last one that reached the end.
    };

    struct Page
    {
        Tally tally;
        std::optional<EntryId> next;
    };

    struct Target
    {
        BrokerTopic topic;
        GroupState* group;
    };

    std::vector<Target> targets(QList<BrokerTopicState>& topics) const;
    Result<void> lookAt(RedisConnection& session, const Target& target, int pages);
    Result<Page> readPage(RedisConnection& session, const Target& target, const EntryId& from);
    void fill(GroupState& group, const Tally& round, bool isWhole, const Reading& reading) const;

    Thresholds m_thresholds;
    int m_pages;
    qint64 m_pageSize;
    Pacer m_pacer;
    QSet<QByteArray> m_names;
    std::map<std::pair<BrokerTopic, GroupName>, Reading> m_readings;
};

} // namespace outboard
