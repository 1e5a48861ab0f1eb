// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/reconcilerecords.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace outboard {

namespace {

constexpr size_t idsPerQuestion = 1'000;

/// Fixed part of a row's record; topic and row id follow.
struct RowHead
{
    qint64 createdAt;
    qint64 publishedAt;
    quint32 topicBytes;
    bool isJudged;
    bool isCreatedKnown;
    bool isPublishedKnown;
};

template<class T>
T fixedPart(QByteArrayView record)
{
    Q_ASSERT(record.size() >= qsizetype(sizeof(T)));
    T value;
    std::memcpy(&value, record.data(), sizeof(value));
    return value;
}

template<class T>
QByteArray bytesOf(const T& value)
{
    return {reinterpret_cast<const char*>(&value), qsizetype(sizeof(value))};
}

qint64 micros(const std::optional<TimePoint>& time)
{
    return time ? time->time_since_epoch().count() : 0;
}

} // namespace

QByteArray entryRecord(const EntryRecord& entry)
{
    return bytesOf(entry);
}

EntryRecord entryOf(QByteArrayView record)
{
    return fixedPart<EntryRecord>(record);
}

QByteArray rowRecord(const TimedRow& row, bool isJudged)
{
    RowHead head{};
    head.isJudged = isJudged;
    if (!isJudged)
        return bytesOf(head);
    head.createdAt = micros(row.createdAt);
    head.publishedAt = micros(row.publishedAt);
    head.isCreatedKnown = row.createdAt.has_value();
    head.isPublishedKnown = row.publishedAt.has_value();
    head.topicBytes = quint32(row.topic.bytes().size());
    return bytesOf(head) + row.topic.bytes() + row.id.bytes();
}

bool isJudged(QByteArrayView record)
{
    return fixedPart<RowHead>(record).isJudged;
}

TimedRow rowOf(const EventId& event, QByteArrayView record)
{
    const auto head = fixedPart<RowHead>(record);
    const auto time = [](qint64 at, bool isKnown) {
        return isKnown ? std::optional(TimePoint(Microseconds(at))) : std::nullopt;
    };
    const QByteArrayView rest = record.sliced(qsizetype(sizeof(RowHead)));
    TimedRow row;
    row.eventId = event;
    row.topic = TopicName(rest.first(head.topicBytes).toByteArray());
    row.id = OutboxRowId(rest.sliced(head.topicBytes).toByteArray());
    row.createdAt = time(head.createdAt, head.isCreatedKnown);
    row.publishedAt = time(head.publishedAt, head.isPublishedKnown);
    row.state = RowState::Published;
    return row;
}

HeldEntries::HeldEntries(
    Broker& broker,
    const BrokerTopicState& stream,
    const EntryId& from,
    ReconcileVerdicts& verdicts)
    : m_stream(stream.name)
    , m_verdicts(verdicts)
{
    for (const GroupState& group : stream.groups) {
        if (group.pending.known() != 0)
            m_groups.push_back({PendingWalk(broker, stream.name, group.name, from), {}});
    }
}

Result<void> HeldEntries::compare(const QList<Message>& messages, const EntryId& end)
{
    for (Group& group : m_groups) {
        const auto walked = group.walk.upTo(end, [&](const PendingEntry& entry) {
            ++m_looked;
            const auto message = std::ranges::lower_bound(messages, entry.id, {}, &Message::id);
            if (message == messages.end() || message->id != entry.id)
                ++m_gone;
            else if (!message->eventId.isEmpty())
                group.entries.push_back({message->eventId, m_stream, entry.id});
        });
        if (!walked)
            return walked;
        if (group.entries.size() >= idsPerQuestion)
            ask(group);
    }
    return {};
}

void HeldEntries::finish()
{
    for (Group& group : m_groups)
        ask(group);
}

void HeldEntries::ask(Group& group)
{
    if (!group.entries.empty())
        m_verdicts.addHeld(group.walk.group(), std::exchange(group.entries, {}));
}

} // namespace outboard
