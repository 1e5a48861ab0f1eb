// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/redisrecords.h"

#include <QCoreApplication>

#include <algorithm>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

std::optional<Milliseconds> duration(const RedisReply& reply)
{
    const auto number = reply.number();
    return number ? std::optional(Milliseconds(*number)) : std::nullopt;
}

Count countOf(const RedisReply& reply)
{
    const auto number = reply.number();
    return number ? Count::exact(*number)
                  : Count::unknown(QCoreApplication::translate(
                      "outboard", "The server does not tell this number."));
}

/// The server's lag is null or wrong after deletions, trims and XGROUP SETID; what the ids prove
/// goes before what it says.
Count lagOf(const RedisReply& group, const GroupState& state, const BrokerTopicState& topic)
{
    const auto length = topic.length.known();
    const EntryId delivered = state.lastDelivered.value_or(EntryId());
    if (length && (*length == 0 || (topic.lastId && delivered >= *topic.lastId)))
        return Count::exact(0);
    if (length && topic.firstId && delivered < *topic.firstId)
        return Count::exact(*length);
    const auto lag = group.field("lag").number();
    if (lag && length && *lag >= 0 && *lag <= *length)
        return Count::exact(*lag);
    const bool isTold = std::any_of(group.items.begin(), group.items.end(), [](const auto& item) {
        return item.bytes == "lag";
    });
    return Count::unknown(
        isTold ? QCoreApplication::translate(
            "outboard",
            "Redis cannot tell the lag after entries were deleted or trimmed, or the group's "
            "position was set by hand.")
               : QCoreApplication::translate(
                   "outboard", "This server does not tell the lag; Redis 7.0 and later do."));
}

} // namespace

Error oddReply(const QString& command)
{
    return {
        Error::Kind::Protocol,
        QCoreApplication::translate(
            "outboard",
            "The server answers %1 in another form than Redis does. Check what runs at this "
            "address.")
            .arg(command),
        {}};
}

Result<QList<Message>> messagesOf(
    const RedisReply& reply, const BrokerTopic& topic, const MessageMapping& mapping)
{
    QList<Message> messages;
    messages.reserve(qsizetype(reply.items.size()));
    for (const RedisReply& entry : reply.items) {
        const auto id = EntryId::parse(entry.at(0).bytes);
        if (!id)
            return oddReply(u"XRANGE"_s);
        const std::vector<RedisReply>& parts = entry.at(1).items;
        QList<Field> fields;
        for (size_t index = 0; index + 1 < parts.size(); index += 2)
            fields.append({parts[index].bytes, parts[index + 1].bytes});
        messages.append(mapping.message(topic, *id, std::move(fields)));
    }
    return messages;
}

Result<std::vector<PendingEntry>> pendingOf(const RedisReply& reply, QSet<QByteArray>& names)
{
    std::vector<PendingEntry> entries;
    entries.reserve(reply.items.size());
    for (const RedisReply& row : reply.items) {
        const auto id = EntryId::parse(row.at(0).bytes);
        const auto idle = row.at(2).number();
        const auto deliveries = row.at(3).number();
        if (!id || !idle || !deliveries)
            return oddReply(u"XPENDING"_s);
        const ConsumerName consumer(*names.insert(row.at(1).bytes));
        entries.push_back({*id, consumer, Milliseconds(*idle), *deliveries});
    }
    return entries;
}

StreamBounds boundsOf(const RedisReply& streamInfo)
{
    return {
        EntryId::parse(streamInfo.field("first-entry").at(0).bytes),
        EntryId::parse(streamInfo.field("last-entry").at(0).bytes),
        EntryId::parse(streamInfo.field("max-deleted-entry-id").bytes),
        EntryId::parse(streamInfo.field("last-generated-id").bytes),
        streamInfo.field("length").number(),
        streamInfo.field("entries-added").number()};
}

/// A server that does not count what was added cannot say that nothing went before the first entry.
std::optional<EntryId> StreamBounds::goneUpTo() const
{
    if (added && added == length)
        return std::nullopt;
    const EntryId beforeFirst = first ? first->previous() : generated.value_or(EntryId::lowest());
    return std::max(beforeFirst, highestDeleted.value_or(EntryId::lowest()));
}

GroupState groupOf(const RedisReply& group, const BrokerTopicState& topic)
{
    GroupState state;
    state.name = GroupName(group.field("name").bytes);
    state.pending = countOf(group.field("pending"));
    state.lastDelivered = EntryId::parse(group.field("last-delivered-id").bytes);
    state.lag = lagOf(group, state, topic);
    return state;
}

QList<ConsumerState> consumersOf(const RedisReply& reply)
{
    QList<ConsumerState> consumers;
    for (const RedisReply& consumer : reply.items) {
        const auto inactive = duration(consumer.field("inactive"));
        consumers.append(
            {ConsumerName(consumer.field("name").bytes),
             countOf(consumer.field("pending")),
             duration(consumer.field("idle")),
             // -1: it never got anything.
             inactive && *inactive >= Milliseconds(0) ? inactive : std::nullopt});
    }
    std::sort(consumers.begin(), consumers.end(), [](const auto& a, const auto& b) {
        return a.name < b.name;
    });
    return consumers;
}

Result<TimePoint> timeOf(const RedisReply& reply)
{
    const auto seconds = reply.at(0).number();
    const auto microseconds = reply.at(1).number();
    if (!seconds || !microseconds)
        return oddReply(u"TIME"_s);
    return TimePoint(std::chrono::seconds(*seconds) + Microseconds(*microseconds));
}

QString serverOf(const RedisReply& info)
{
    const auto value = [&info](QByteArrayView key) {
        for (const QByteArray& line : info.bytes.split('\n')) {
            if (line.startsWith(key) && line.size() > key.size() && line[key.size()] == ':')
                return QString::fromUtf8(line.sliced(key.size() + 1).trimmed());
        }
        return QString();
    };
    if (const QString valkey = value("valkey_version"); !valkey.isEmpty())
        return QString(u"Valkey "_s + valkey);
    if (const QString dragonfly = value("dragonfly_version"); !dragonfly.isEmpty())
        return QString(u"Dragonfly "_s + dragonfly);
    const QString redis = value("redis_version");
    return redis.isEmpty() ? u"Redis"_s : QString(u"Redis "_s + redis);
}

} // namespace outboard
