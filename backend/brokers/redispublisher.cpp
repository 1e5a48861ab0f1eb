// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/redispublisher.h"

#include "brokers/rediscommands.h"
#include "brokers/rediserrors.h"
#include "brokers/redisrecords.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <optional>

namespace outboard {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr size_t messagesPerPipeline = 500;
constexpr Milliseconds waitTime = 2s;
constexpr Milliseconds probeTime = 1s;

/// WAIT or WAITAOF; nothing where the reply is enough.
std::optional<RedisCommand> waitCommand(const Durability& durability, Milliseconds time)
{
    const QByteArray milliseconds = QByteArray::number(qint64(time.count()));
    switch (durability.kind) {
    case Durability::Kind::Reply: return std::nullopt;
    case Durability::Kind::Replicas:
        return RedisCommand{"WAIT", QByteArray::number(durability.replicas), milliseconds};
    case Durability::Kind::Disk: return RedisCommand{"WAITAOF", "1", "0", milliseconds};
    }
    return std::nullopt;
}

/// How many servers have it, of as many as were asked for.
qint64 reached(const RedisReply& reply, const Durability& durability)
{
    return durability.kind == Durability::Kind::Disk ? reply.at(0).number().value_or(0)
                                                     : reply.number().value_or(0);
}

qint64 wanted(const Durability& durability)
{
    return durability.kind == Durability::Kind::Disk ? 1 : durability.replicas;
}

/// Before anything is appended: nothing was done.
Error outOfReach(const Durability& durability, qint64 count)
{
    return {
        Error::Kind::Refused,
        durability.kind == Durability::Kind::Disk
            ? QCoreApplication::translate(
                "outboard",
                "Redis does not write its append-only file. Nothing was published. Switch "
                "appendonly on, or choose another durability.")
            : QCoreApplication::translate(
                  "outboard",
                  "Only %1 of %2 replicas answer. Nothing was published. Bring the replicas "
                  "back, or ask for fewer.")
                  .arg(count)
                  .arg(durability.replicas),
        u"durability probe"_s};
}

Error noDiskWait()
{
    return {
        Error::Kind::Refused,
        QCoreApplication::translate(
            "outboard",
            "This server cannot wait for its disk (it has no WAITAOF). Nothing was published. "
            "Choose another durability."),
        u"COMMAND INFO WAITAOF"_s};
}

/// After the append: the messages may be lost with the server.
Error shortfall(const Durability& durability, qint64 count)
{
    return {
        Error::Kind::Timeout,
        durability.kind == Durability::Kind::Disk
            ? QCoreApplication::translate(
                "outboard",
                "Redis has the messages but did not write them to disk in time. They will be "
                "sent again with the same event ids.")
            : QCoreApplication::translate(
                  "outboard",
                  "Only %1 of %2 replicas have the messages. They will be sent again with the same "
                  "event ids.")
                  .arg(count)
                  .arg(durability.replicas),
        u"durability shortfall"_s};
}

/// After a command was sent only Unreachable and Timeout say that it may have been carried out.
Error unanswered(const Error& error)
{
    const bool fits = error.kind == Error::Kind::Unreachable || error.kind == Error::Kind::Timeout;
    return fits ? error : Error{Error::Kind::Unreachable, error.what, error.detail};
}

/// Why messages that were appended may still be lost. The first `size` replies are those to the
/// appends; the one behind them, in the last pipeline, tells how far they got.
std::optional<Error> doubtAfter(
    const std::vector<Result<RedisReply>>& replies,
    size_t size,
    bool isUsable,
    const Durability& durability)
{
    if (!isUsable)
        return unanswered(replies.back().error());
    if (replies.size() == size)
        return std::nullopt;
    const qint64 count = replies.back() ? reached(*replies.back(), durability) : 0;
    return count < wanted(durability) ? std::optional(shortfall(durability, count)) : std::nullopt;
}

/// A column of topics may hold NULL, which only a fixed name can serve.
Error noTopic()
{
    return {
        Error::Kind::Refused,
        QCoreApplication::translate(
            "outboard",
            "The event has no topic, so that its stream is not known. Set \"broker.stream\" in the "
            "profile to one fixed name, or give the row a topic."),
        {}};
}

Result<EntryId> entryId(const Result<RedisReply>& reply, bool isUsable)
{
    if (!reply)
        return isUsable ? reply.error() : unanswered(reply.error());
    if (const auto id = EntryId::parse(reply->bytes))
        return *id;
    return unanswered(oddReply(u"XADD"_s));
}

} // namespace

RedisPublisher::RedisPublisher(const StreamTemplate& names, const MessageMapping& mapping)
    : m_names(names)
    , m_mapping(mapping)
{}

Result<void> RedisPublisher::probe(RedisConnection& session, const Durability& durability)
{
    const auto command = waitCommand(durability, probeTime);
    if (!command)
        return {};
    if (durability.kind == Durability::Kind::Disk && m_features.lacks(session, "WAITAOF"))
        return noDiskWait();
    const auto reply = session.run(*command, probeTime);
    if (!reply && hasRedisCode(reply.error(), "ERR WAITAOF"))
        return outOfReach(durability, 0);
    if (!reply)
        return reply.error();
    const qint64 count = reached(*reply, durability);
    return count < wanted(durability) ? Result<void>(outOfReach(durability, count))
                                      : Result<void>();
}

RedisCommand RedisPublisher::appendCommand(const OutgoingMessage& message) const
{
    RedisCommand command{"XADD", m_names.destination(message.topic).bytes(), "*"};
    for (const Field& field : m_mapping.fields(message)) {
        command.push_back(field.name);
        command.push_back(field.value);
    }
    return command;
}

std::vector<Result<EntryId>> RedisPublisher::publish(
    RedisConnection& session,
    std::span<const OutgoingMessage> messages,
    const Durability& durability)
{
    const auto hasStream = [this](const OutgoingMessage& message) {
        return m_names.isFixed() || !message.topic.isEmpty();
    };
    if (std::ranges::all_of(messages, hasStream))
        return append(session, messages, durability);
    std::vector<OutgoingMessage> named;
    std::ranges::copy_if(messages, std::back_inserter(named), hasStream);
    const auto appended = append(session, named, durability);
    std::vector<Result<EntryId>> results;
    for (size_t next = 0; const OutgoingMessage& message : messages)
        results.push_back(hasStream(message) ? appended[next++] : Result<EntryId>(noTopic()));
    return results;
}

std::vector<Result<EntryId>> RedisPublisher::append(
    RedisConnection& session,
    std::span<const OutgoingMessage> messages,
    const Durability& durability)
{
    std::vector<Result<EntryId>> results;
    if (messages.empty())
        return results;
    if (const auto may = session.mayWrite(); !may)
        return {messages.size(), may.error()};
    if (const auto ready = probe(session, durability); !ready)
        return {messages.size(), ready.error()};
    const auto wait = waitCommand(durability, waitTime);
    for (size_t begin = 0; begin < messages.size(); begin += messagesPerPipeline) {
        const size_t size = std::min(messagesPerPipeline, messages.size() - begin);
        std::vector<RedisCommand> commands;
        for (const OutgoingMessage& message : messages.subspan(begin, size))
            commands.push_back(appendCommand(message));
        if (wait && begin + size == messages.size())
            commands.push_back(*wait); // Covers everything that this connection wrote before.
        const auto replies = session.pipeline(commands, wait ? waitTime : Milliseconds(0));
        for (size_t index = 0; index < size; ++index)
            results.push_back(entryId(replies[index], session.isUsable()));
        if (const auto doubt =
                wait ? doubtAfter(replies, size, session.isUsable(), durability) : std::nullopt)
            std::replace_if(
                results.begin(),
                results.end(),
                [](const auto& result) { return result.has_value(); },
                Result<EntryId>(*doubt));
    }
    return results;
}

QStringList RedisPublisher::commands(
    const OutgoingMessage& message, const Durability& durability) const
{
    QStringList texts{redisCommandText(appendCommand(message))};
    if (const auto wait = waitCommand(durability, waitTime))
        texts << redisCommandText(*wait);
    return texts;
}

} // namespace outboard
