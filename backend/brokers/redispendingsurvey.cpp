// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/redispendingsurvey.h"

#include "brokers/redisrecords.h"

#include <QCoreApplication>

#include <algorithm>

namespace outboard {

namespace {

void setUnknown(GroupState& group, const QString& reason)
{
    group.stuck = Count::unknown(reason);
    group.poison = Count::unknown(reason);
    group.oldestIdle.reset();
    group.maxDeliveries.reset();
}

} // namespace

void RedisPendingSurvey::Tally::add(const Tally& other)
{
    seen += other.seen;
    stuck += other.stuck;
    poison += other.poison;
    maxDeliveries = std::max(maxDeliveries, other.maxDeliveries);
    oldestIdle = std::max(oldestIdle, other.oldestIdle);
}

RedisPendingSurvey::RedisPendingSurvey(const Thresholds& thresholds, int pages, qint64 pageSize)
    : m_thresholds(thresholds)
    , m_pages(pages)
    , m_pageSize(pageSize)
{}

std::vector<RedisPendingSurvey::Target> RedisPendingSurvey::targets(
    QList<BrokerTopicState>& topics) const
{
    std::vector<Target> found;
    for (BrokerTopicState& topic : topics) {
        for (GroupState& group : topic.groups) {
            if (!group.pending.isKnown()) {
                setUnknown(group, group.pending.reason);
            } else if (group.pending.value == 0) {
                group.stuck = Count::exact(0);
                group.poison = Count::exact(0);
            } else {
                found.push_back({topic.name, &group});
            }
        }
    }
    return found;
}

Result<void> RedisPendingSurvey::look(RedisConnection& session, QList<BrokerTopicState>& topics)
{
    const std::vector<Target> lists = targets(topics);
    std::map<std::pair<BrokerTopic, GroupName>, Reading> kept;
    for (const Target& list : lists) {
        if (auto reading = m_readings.extract({list.topic, list.group->name}))
            kept.insert(std::move(reading));
    }
    m_readings = std::move(kept);
    const int pages = std::max(2, m_pages / std::max(1, int(lists.size())));
    for (const Target& list : lists) {
        if (auto looked = lookAt(session, list, pages); !looked)
            return looked;
    }
    return {};
}

Result<void> RedisPendingSurvey::lookAt(RedisConnection& session, const Target& target, int pages)
{
    Reading& reading = m_readings[{target.topic, target.group->name}];
    Tally round;
    std::optional<EntryId> from = EntryId::lowest();
    bool isWhole = true;
    for (int number = 0; number < pages && from; ++number) {
        const auto page = readPage(session, target, *from);
        if (!page && !session.isUsable())
            return page.error();
        if (!page) {
            setUnknown(*target.group, page.error().what);
            return {};
        }
        round.add(page->tally);
        from = page->next;
        const bool goesOn = number == 0 && from && reading.cursor > *from;
        if (number == 0 && !goesOn)
            reading.sofar = {};
        if (number > 0 || !goesOn)
            reading.sofar.add(page->tally);
        if (goesOn) {
            // The first page was only read again; the rest of the round belongs to the cursor.
            from = reading.cursor;
            isWhole = false;
        }
    }
    if (from) {
        isWhole = false;
        reading.cursor = *from;
    } else {
        reading.whole = isWhole ? round : reading.sofar;
        reading.cursor = EntryId::lowest();
        reading.sofar = {};
    }
    fill(*target.group, round, isWhole, reading);
    return {};
}

Result<RedisPendingSurvey::Page> RedisPendingSurvey::readPage(
    RedisConnection& session, const Target& target, const EntryId& from)
{
    const Pacer::Turn turn(m_pacer);
    const auto reply = session.run(
        {"XPENDING",
         target.topic.bytes(),
         target.group->name.bytes(),
         from.bytes(),
         "+",
         QByteArray::number(m_pageSize)});
    if (!reply)
        return reply.error();
    const auto entries = pendingOf(*reply, m_names);
    if (!entries)
        return entries.error();
    Page page;
    page.tally.seen = qint64(entries->size());
    for (const PendingEntry& entry : *entries) {
        page.tally.stuck += entry.idle >= m_thresholds.idle ? 1 : 0;
        page.tally.poison += entry.deliveries >= m_thresholds.maxDeliveries ? 1 : 0;
        page.tally.maxDeliveries = std::max(page.tally.maxDeliveries, entry.deliveries);
        page.tally.oldestIdle = std::max(page.tally.oldestIdle, entry.idle);
    }
    m_names.clear();
    if (page.tally.seen == m_pageSize && entries->back().id != EntryId::highest())
        page.next = entries->back().id.next();
    return page;
}

void RedisPendingSurvey::fill(
    GroupState& group, const Tally& round, bool isWhole, const Reading& reading) const
{
    const auto counted = [&](qint64 Tally::*number) {
        if (isWhole)
            return Count::exact(round.*number);
        if (reading.whole) {
            const qint64 before = std::min((*reading.whole).*number, group.pending.value);
            return Count::estimated(
                std::max(before, round.*number),
                QCoreApplication::translate(
                    "outboard",
                    "The list is too long to be read in one round; this is from its last whole "
                    "reading."));
        }
        return Count::atLeast(
            round.*number,
            QCoreApplication::translate(
                "outboard", "So many are among the %1 of %2 pending messages looked at just now.")
                .arg(round.seen)
                .arg(std::max(group.pending.value, round.seen)));
    };
    group.stuck = counted(&Tally::stuck);
    group.poison = counted(&Tally::poison);
    if (round.seen == 0)
        return; // All were acknowledged since they were counted.
    group.oldestIdle = round.oldestIdle;
    const qint64 before = !isWhole && reading.whole ? reading.whole->maxDeliveries : 0;
    group.maxDeliveries = std::max(round.maxDeliveries, before);
}

} // namespace outboard
