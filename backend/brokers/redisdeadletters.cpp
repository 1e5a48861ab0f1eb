// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/redisdeadletters.h"

#include "brokers/rediscommands.h"
#include "brokers/rediserrors.h"
#include "brokers/redisrecords.h"

#include <QCoreApplication>

#include <algorithm>
#include <utility>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 mostPerPage = 500;
constexpr size_t entriesPerDelete = 1000;
constexpr size_t entriesPerAdd = 500;
/// LREM and LPOS walk over the list for each element.
constexpr size_t elementsPerSearch = 50;
constexpr size_t claimsPerChunk = 250;
constexpr qsizetype shownCommands = 3;

Error stopped()
{
    return {
        Error::Kind::Cancelled,
        QCoreApplication::translate("outboard", "Stopped before all dead letters were reached."),
        {}};
}

std::vector<DeadMove> refused(std::vector<DeadMove> moves, const Error& why)
{
    for (DeadMove& move : moves) {
        move.kind = DeadMove::Kind::Refused;
        move.error = why;
    }
    return moves;
}

RedisCommand removeCommand(const DeadPlace& place, const DeadElement& element)
{
    switch (place.kind) {
    case DeadWhere::List: return {"LREM", place.name.bytes(), "1", element.original.bytes};
    case DeadWhere::SortedSet: return {"ZREM", place.name.bytes(), element.original.bytes};
    default: return {"XDEL", place.name.bytes(), element.id};
    }
}

RedisCommand addCommand(const DeadPlace& place, const DeadElement& element)
{
    const DeadOriginal& original = element.original;
    if (place.kind == DeadWhere::List)
        return {"RPUSH", place.name.bytes(), original.bytes};
    if (place.kind == DeadWhere::SortedSet)
        return {"ZADD", place.name.bytes(), "NX", original.score, original.bytes};
    RedisCommand command{"XADD", place.name.bytes(), "*"};
    for (const Field& field : original.fields)
        command.insert(command.end(), {field.name, field.value});
    return command;
}

RedisCommand claimBackCommand(
    const BrokerTopic& topic, const GroupName& group, const PendingEntry& entry)
{
    // IDLE is left out: Redis takes it for delivered now, which is when it came back.
    return {
        "XCLAIM",
        topic.bytes(),
        group.bytes(),
        entry.consumer.bytes(),
        "0",
        entry.id.bytes(),
        "RETRYCOUNT",
        QByteArray::number(entry.deliveries),
        "FORCE",
        "JUSTID"};
}

/// For eyes and the journal, which never hold a payload.
DeadElement withoutPayload(DeadElement element)
{
    element.original.bytes = "ELEMENT";
    for (Field& field : element.original.fields)
        field.value = "VALUE";
    return element;
}

template<class CommandOf>
QStringList firstOf(qsizetype count, const CommandOf& commandOf)
{
    QStringList lines;
    for (qsizetype i = 0; i < std::min(count, shownCommands); ++i)
        lines << redisCommandText(commandOf(i));
    if (count > shownCommands)
        lines << QCoreApplication::translate(
            "outboard", "… (%n more)", nullptr, int(count - shownCommands));
    return lines;
}

} // namespace

RedisDeadLetters::RedisDeadLetters(
    RedisConnection& session, DeadNames names, const MessageMapping& mapping)
    : m_session(session)
    , m_places(std::move(names))
    , m_envelope(mapping)
{}

Result<QList<DeadPlace>> RedisDeadLetters::find(std::span<const BrokerTopic> topics)
{
    const Pacer::Turn turn(m_pacer);
    return m_places.find(m_session, topics);
}

std::optional<BrokerTopic> RedisDeadLetters::originOf(const BrokerTopic& topic) const
{
    return m_places.names().originOf(topic);
}

BrokerTopic RedisDeadLetters::placeFor(const BrokerTopic& topic) const
{
    return m_places.names().placesOf(topic).first();
}

Result<DeadPage> RedisDeadLetters::page(
    const DeadPlace& place, const std::optional<QByteArray>& from, qint64 limit)
{
    const Pacer::Turn turn(m_pacer);
    const qint64 size = std::clamp<qint64>(limit, 1, mostPerPage);
    if (place.kind == DeadWhere::Stream)
        return streamPage(place, from.value_or("-"), size);
    return elementPage(place, from ? from->toLongLong() : 0, size);
}

Result<DeadPage> RedisDeadLetters::streamPage(
    const DeadPlace& place, const QByteArray& from, qint64 limit)
{
    const auto reply = m_session.run(
        {"XRANGE", place.name.bytes(), from, "+", "COUNT", QByteArray::number(limit)});
    if (!reply)
        return reply.error();
    DeadPage page;
    EntryId last;
    for (const RedisReply& entry : reply->items) {
        const auto id = EntryId::parse(entry.at(0).bytes);
        if (!id)
            return oddReply(u"XRANGE"_s);
        const std::vector<RedisReply>& parts = entry.at(1).items;
        QList<Field> fields;
        for (size_t i = 0; i + 1 < parts.size(); i += 2)
            fields.append({parts[i].bytes, parts[i + 1].bytes});
        page.records.append(m_envelope.ofEntry(place, *id, std::move(fields)));
        last = *id;
    }
    if (page.records.size() == limit && last != EntryId::highest())
        page.next = last.next().bytes();
    return page;
}

Result<DeadPage> RedisDeadLetters::elementPage(const DeadPlace& place, qint64 from, qint64 limit)
{
    const QByteArray first = QByteArray::number(from);
    const QByteArray last = QByteArray::number(from + limit - 1);
    const bool isSet = place.kind == DeadWhere::SortedSet;
    const auto reply = m_session.run(
        isSet ? RedisCommand{"ZRANGE", place.name.bytes(), first, last, "WITHSCORES"}
              : RedisCommand{"LRANGE", place.name.bytes(), first, last});
    if (!reply)
        return reply.error();
    DeadPage page;
    for (size_t i = 0; i < reply->items.size(); i += isSet ? 2 : 1) {
        const QByteArray score = isSet ? reply->at(i + 1).bytes : QByteArray();
        page.records.append(m_envelope.ofElement(place, reply->items[i].bytes, score));
    }
    if (page.records.size() == limit)
        page.next = QByteArray::number(from + limit);
    return page;
}

void RedisDeadLetters::carryOut(
    std::span<DeadMove> moves,
    size_t chunk,
    const CommandOf& commandOf,
    const Judge& judge,
    const std::stop_token& stop)
{
    std::vector<size_t> open;
    for (size_t i = 0; i < moves.size(); ++i) {
        if (moves[i].kind == DeadMove::Kind::NotTried && !moves[i].error)
            open.push_back(i);
    }
    std::optional<Error> error;
    for (size_t begin = 0; begin < open.size(); begin += chunk) {
        const auto part = std::span(open).subspan(begin, std::min(chunk, open.size() - begin));
        if (!error && stop.stop_requested())
            error = stopped();
        if (error) {
            for (const size_t i : part)
                moves[i].error = error;
            continue;
        }
        const Pacer::Turn turn(m_pacer);
        std::vector<RedisCommand> commands;
        for (const size_t i : part)
            commands.push_back(commandOf(i));
        const auto replies = m_session.pipeline(commands);
        for (size_t n = 0; n < replies.size(); ++n) {
            DeadMove& move = moves[part[n]];
            if (replies[n]) {
                judge(*replies[n], move);
                continue;
            }
            move.kind = m_session.isUsable() ? DeadMove::Kind::Refused : DeadMove::Kind::Unknown;
            move.error = replies[n].error();
            if (!m_session.isUsable())
                error = move.error;
        }
    }
}

std::vector<DeadMove> RedisDeadLetters::remove(
    const DeadPlace& place, std::span<const DeadElement> elements, const std::stop_token& stop)
{
    std::vector<DeadMove> moves(elements.size());
    if (const auto may = m_session.mayWrite(); !may)
        return refused(std::move(moves), may.error());
    carryOut(
        moves,
        place.kind == DeadWhere::List ? elementsPerSearch : entriesPerDelete,
        [&](size_t i) { return removeCommand(place, elements[i]); },
        [](const RedisReply& reply, DeadMove& move) {
            const bool isRemoved = reply.number().value_or(0) > 0;
            move.kind = isRemoved ? DeadMove::Kind::Done : DeadMove::Kind::NotThere;
        },
        stop);
    return moves;
}

/// Of elements that an earlier call may have put back, or not removed.
void RedisDeadLetters::findThoseThere(
    const DeadPlace& place, std::span<const DeadElement> elements, std::span<DeadMove> moves)
{
    std::vector<size_t> doubtful;
    std::vector<RedisCommand> commands;
    for (size_t i = 0; i < elements.size() && place.kind != DeadWhere::SortedSet; ++i) {
        if (!elements[i].mayBeThere)
            continue;
        doubtful.push_back(i);
        commands.push_back(
            place.kind == DeadWhere::List
                ? RedisCommand{"LPOS", place.name.bytes(), elements[i].original.bytes}
                : RedisCommand{"XRANGE", place.name.bytes(), elements[i].id, elements[i].id});
    }
    if (doubtful.empty())
        return;
    if (place.kind == DeadWhere::Stream)
        commands.push_back(
            {"XREVRANGE", place.name.bytes(), "+", "-", "COUNT", QByteArray::number(mostPerPage)});
    const auto replies = m_session.pipeline(commands);
    for (size_t n = 0; n < doubtful.size(); ++n) {
        DeadMove& move = moves[doubtful[n]];
        if (!replies[n])
            move.error = replies[n].error();
        else if (!replies[n]->isNil() && !(replies[n]->isArray() && replies[n]->items.empty()))
            move.kind = DeadMove::Kind::AlreadyThere;
    }
    if (place.kind != DeadWhere::Stream || !replies.back())
        return;
    for (const RedisReply& entry : replies.back()->items) {
        const std::vector<RedisReply>& parts = entry.at(1).items;
        QList<Field> fields;
        for (size_t i = 0; i + 1 < parts.size(); i += 2)
            fields.append({parts[i].bytes, parts[i + 1].bytes});
        for (const size_t i : doubtful) {
            if (moves[i].kind == DeadMove::Kind::NotTried
                && elements[i].original.fields == fields) {
                moves[i].kind = DeadMove::Kind::AlreadyThere;
                moves[i].became = QString::fromUtf8(entry.at(0).bytes);
                break;
            }
        }
    }
}

std::vector<DeadMove> RedisDeadLetters::putBack(
    const DeadPlace& place, std::span<const DeadElement> elements, const std::stop_token& stop)
{
    std::vector<DeadMove> moves(elements.size());
    if (const auto may = m_session.mayWrite(); !may)
        return refused(std::move(moves), may.error());
    findThoseThere(place, elements, moves);
    carryOut(
        moves,
        entriesPerAdd,
        [&](size_t i) { return addCommand(place, elements[i]); },
        [&](const RedisReply& reply, DeadMove& move) {
            move.kind = DeadMove::Kind::Done;
            if (place.kind == DeadWhere::Stream)
                move.became = QString::fromUtf8(reply.bytes);
            else if (place.kind == DeadWhere::SortedSet && reply.number() == 0)
                move.kind = DeadMove::Kind::AlreadyThere;
        },
        stop);
    return moves;
}

void RedisDeadLetters::findPending(
    const BrokerTopic& topic,
    const GroupName& group,
    std::span<const PendingEntry> entries,
    std::span<DeadMove> moves,
    const std::stop_token& stop)
{
    carryOut(
        moves,
        claimsPerChunk,
        [&](size_t i) {
            const QByteArray id = entries[i].id.bytes();
            return RedisCommand{"XPENDING", topic.bytes(), group.bytes(), id, id, "1"};
        },
        [](const RedisReply& reply, DeadMove& move) {
            if (!reply.items.empty())
                move.kind = DeadMove::Kind::AlreadyThere;
        },
        stop);
}

std::vector<DeadMove> RedisDeadLetters::putBackPending(
    const BrokerTopic& topic,
    const GroupName& group,
    std::span<const PendingEntry> entries,
    const std::stop_token& stop)
{
    std::vector<DeadMove> moves(entries.size());
    if (const auto may = m_session.mayWrite(); !may)
        return refused(std::move(moves), may.error());
    // One that is pending again belongs to whoever took it since.
    findPending(topic, group, entries, moves, stop);
    carryOut(
        moves,
        claimsPerChunk,
        [&](size_t i) { return claimBackCommand(topic, group, entries[i]); },
        [](const RedisReply& reply, DeadMove& move) {
            const bool isBack = !reply.items.empty() && !reply.at(0).isNil();
            move.kind = isBack ? DeadMove::Kind::Done : DeadMove::Kind::NotThere;
        },
        stop);
    return moves;
}

QStringList RedisDeadLetters::removeCommands(
    const DeadPlace& place, std::span<const DeadElement> elements) const
{
    return firstOf(qsizetype(elements.size()), [&](qsizetype i) {
        return removeCommand(place, withoutPayload(elements[size_t(i)]));
    });
}

QStringList RedisDeadLetters::putBackCommands(
    const DeadPlace& place, std::span<const DeadElement> elements) const
{
    return firstOf(qsizetype(elements.size()), [&](qsizetype i) {
        return addCommand(place, withoutPayload(elements[size_t(i)]));
    });
}

QStringList RedisDeadLetters::putBackPendingCommands(
    const BrokerTopic& topic, const GroupName& group, std::span<const PendingEntry> entries) const
{
    return firstOf(qsizetype(entries.size()), [&](qsizetype i) {
        return claimBackCommand(topic, group, entries[size_t(i)]);
    });
}

} // namespace outboard
