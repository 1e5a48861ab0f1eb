// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/shopstreams.h"

#include "brokers/redissession.h"

#include <algorithm>

namespace outboard {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr qsizetype pipelineSize = 500;
constexpr auto retryLimit = "100";
constexpr auto takeOverLimit = "20";

RedisCommand appendCommand(const ShopEvent& event, const ShopTrim& trim)
{
    return {
        "XADD",
        event.topic,
        "MAXLEN",
        trim.isExact ? "=" : "~",
        QByteArray::number(trim.keep),
        event.entryId,
        "data",
        event.payload,
        "event_id",
        event.id,
        "topic",
        event.topic,
        "created_at",
        isoText(event.createdAt).toLatin1()};
}

/// An entry is [id, [field, value, ..]]; the fields are nil when it was trimmed.
QList<ShopDelivery> deliveriesOf(const QByteArray& stream, const RedisReply& entries)
{
    QList<ShopDelivery> deliveries;
    for (const RedisReply& entry : entries.items) {
        if (entry.items.size() < 2)
            continue;
        ShopDelivery delivery{.stream = stream, .entryId = entry.items[0].bytes};
        const auto& fields = entry.items[1].items;
        for (size_t i = 0; i + 1 < fields.size(); i += 2) {
            if (fields[i].bytes == "event_id")
                delivery.eventId = fields[i + 1].bytes;
            else if (fields[i].bytes == "data")
                delivery.payload = fields[i + 1].bytes;
        }
        // Without an id or a payload there is nothing to handle: it stays pending.
        if (!delivery.eventId.isEmpty() && !delivery.payload.isEmpty())
            deliveries << delivery;
    }
    return deliveries;
}

} // namespace

ShopStreams::ShopStreams(std::unique_ptr<RedisSession> session)
    : m_session(std::move(session))
{}

ShopStreams::~ShopStreams() = default;

Result<std::unique_ptr<ShopStreams>> ShopStreams::open(
    const QString& url, const std::stop_token& stop)
{
    const auto endpoint = parseRedisUrl(url);
    if (!endpoint)
        return endpoint.error();
    RedisSession::Options options;
    options.access = Access::Operate;
    options.stop = stop;
    auto session = RedisSession::open(*endpoint, options);
    if (!session)
        return session.error();
    return std::unique_ptr<ShopStreams>(new ShopStreams(*std::move(session)));
}

Result<void> ShopStreams::append(const QList<ShopEvent>& events, const ShopTrim& trim)
{
    for (qsizetype from = 0; from < events.size(); from += pipelineSize) {
        std::vector<RedisCommand> commands;
        for (const ShopEvent& event : events.mid(from, pipelineSize))
            commands.push_back(appendCommand(event, trim));
        for (const auto& answer : m_session->pipeline(commands)) {
            if (!answer)
                return answer.error();
        }
    }
    return {};
}

Result<void> ShopStreams::appendDead(const QList<ShopDeadLetter>& letters)
{
    for (const ShopDeadLetter& letter : letters) {
        const auto failed = std::chrono::floor<Milliseconds>(letter.failedAt.time_since_epoch());
        ShopEvent event = letter.event;
        event.entryId = QByteArray::number(qint64(failed.count())) + "-*";
        RedisCommand command = appendCommand(event, {});
        command[1] += ":dlq";
        command.insert(
            command.end(),
            {"original_stream",
             letter.event.topic,
             "original_id",
             letter.originalId,
             "group",
             letter.group,
             "consumer",
             letter.consumer,
             "error",
             letter.error,
             "delivery_count",
             QByteArray::number(letter.deliveries),
             "failed_at",
             isoText(letter.failedAt).toLatin1()});
        if (auto answered = m_session->run(command); !answered)
            return answered.error();
    }
    return {};
}

Result<void> ShopStreams::createGroup(
    const QByteArray& stream, const QByteArray& group, std::optional<qint64> read)
{
    RedisCommand command{"XGROUP", "CREATE", stream, group, read ? "$" : "0", "MKSTREAM"};
    if (read)
        command.insert(command.end(), {"ENTRIESREAD", QByteArray::number(*read)});
    auto answered = m_session->run(command);
    if (!answered && answered.error().detail.startsWith(u"BUSYGROUP"_s))
        return {};
    return answered ? Result<void>() : answered.error();
}

Result<QList<ShopDelivery>> ShopStreams::read(
    const QByteArray& group,
    const QByteArray& consumer,
    const QList<QByteArray>& streams,
    qint64 limit,
    Milliseconds wait)
{
    RedisCommand command{
        "XREADGROUP",
        "GROUP",
        group,
        consumer,
        "COUNT",
        QByteArray::number(limit),
        "BLOCK",
        QByteArray::number(qint64(wait.count())),
        "STREAMS"};
    command.insert(command.end(), streams.begin(), streams.end());
    command.insert(command.end(), size_t(streams.size()), ">");
    const auto answered = m_session->run(command);
    if (!answered)
        return answered.error();
    QList<ShopDelivery> deliveries;
    // COUNT holds for each stream; nil when nothing came.
    for (const RedisReply& stream : answered->items) {
        if (stream.items.size() == 2)
            deliveries << deliveriesOf(stream.items[0].bytes, stream.items[1]);
    }
    return deliveries;
}

Result<QList<ShopDelivery>> ShopStreams::retry(
    const QByteArray& stream,
    const QByteArray& group,
    const QByteArray& consumer,
    Milliseconds minIdle,
    qint64 maxDeliveries)
{
    const QByteArray idle = QByteArray::number(qint64(minIdle.count()));
    const auto pending =
        m_session->run({"XPENDING", stream, group, "IDLE", idle, "-", "+", retryLimit, consumer});
    if (!pending)
        return pending.error();
    RedisCommand claim{"XCLAIM", stream, group, consumer, idle};
    const size_t prefix = claim.size();
    // Each is [id, consumer, idle, deliveries].
    for (const RedisReply& entry : pending->items) {
        if (entry.items.size() == 4 && entry.items[3].integer < maxDeliveries)
            claim.push_back(entry.items[0].bytes);
    }
    if (claim.size() == prefix)
        return QList<ShopDelivery>();
    const auto claimed = m_session->run(claim);
    if (!claimed)
        return claimed.error();
    return deliveriesOf(stream, *claimed);
}

Result<QList<ShopDelivery>> ShopStreams::takeOver(
    const QByteArray& stream,
    const QByteArray& group,
    const QByteArray& consumer,
    Milliseconds minIdle)
{
    const QByteArray idle = QByteArray::number(qint64(minIdle.count()));
    const auto taken =
        m_session->run({"XAUTOCLAIM", stream, group, consumer, idle, "-", "COUNT", takeOverLimit});
    if (!taken)
        return taken.error();
    // [cursor, entries, deleted ids]
    if (taken->items.size() < 2)
        return QList<ShopDelivery>();
    return deliveriesOf(stream, taken->items[1]);
}

Result<void> ShopStreams::acknowledge(
    const QByteArray& stream, const QByteArray& group, const QByteArray& entryId)
{
    auto answered = m_session->run({"XACK", stream, group, entryId});
    return answered ? Result<void>() : answered.error();
}

} // namespace outboard
