// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/count.h"
#include "core/error.h"
#include "core/strongid.h"
#include "core/time.h"
#include "model/entryid.h"
#include "model/message.h"

#include <QByteArray>
#include <QList>
#include <QString>
#include <QStringList>

#include <optional>

namespace outboard {

/// Where a dead letter lies.
enum class DeadWhere {
    Poison,      ///< In a pending list, delivered too often.
    EntryGone,   ///< In a pending list, but its stream no longer has the entry.
    Stream,      ///< In a dead-letter stream.
    List,        ///< In a dead-letter list.
    SortedSet,   ///< In a dead-letter sorted set.
    OutboxRow,   ///< A row that meets the outbox's condition for dead ones.
    OutboxTable, ///< A row of the outbox's table of dead letters.
};

/// Stable spelling for JSON and stores: poison, entry_gone, stream, list, sorted_set, outbox_row,
/// outbox_table.
QString deadWhereName(DeadWhere where);
std::optional<DeadWhere> deadWhereFromName(const QString& name);

/// Names exactly one dead letter of a profile.
struct DeadLetterId
{
    DeadWhere where = DeadWhere::Stream;
    QByteArray place; ///< Broker topic of the pending list, key of the dead-letter place, or table.
    GroupName group;  ///< Of the pending list; else empty.
    QByteArray id; ///< Entry id or row id; of lists and sorted sets a digest of the element, with
                   ///< "/2" and so on for equal ones.

    friend bool operator==(const DeadLetterId&, const DeadLetterId&) = default;

    friend size_t qHash(const DeadLetterId& id, size_t seed = 0)
    {
        return qHashMulti(seed, int(id.where), id.place, id.group, id.id);
    }
};

/// What is needed to put a dead letter back as it was.
struct DeadOriginal
{
    QList<Field> fields;   ///< Of a stream's entry, in order.
    QByteArray bytes;      ///< Element of a list or sorted set; row of a table as JSON.
    QByteArray score;      ///< Of a sorted set, as the server writes it.
    ConsumerName consumer; ///< Holder of a pending entry.

    friend bool operator==(const DeadOriginal&, const DeadOriginal&) = default;
};

/// One event that somebody gave up on. What is not known is empty or absent, never a guess.
struct DeadLetter
{
    DeadLetterId id;
    EventId eventId;
    TopicName topic;                   ///< The outbox topic that it came from.
    BrokerTopic stream;                ///< The broker topic that it was consumed from.
    GroupName group;                   ///< Who gave it up; empty: unknown, or nobody ever got it.
    std::optional<EntryId> entry;      ///< In `stream`.
    std::optional<QByteArray> payload; ///< Absent when neither broker nor outbox have it.
    bool isPayloadFromOutbox = false;  ///< The broker has lost it.
    QString error;                     ///< As it was recorded; empty: nobody recorded one.
    QString errorKind;                 ///< The same without what differs from event to event.
    std::optional<qint64> deliveries;
    /// When it died, by the server's clock; of a pending entry, when it was last delivered.
    std::optional<TimePoint> diedAt;
    std::optional<TimePoint> createdAt;
    std::optional<OutboxRowId> row;
    std::optional<QByteArray> key;
    DeadOriginal original;

    friend bool operator==(const DeadLetter&, const DeadLetter&) = default;
};

/// An element as it is to be removed or put back.
struct DeadElement
{
    QByteArray id; ///< As DeadLetterId::id.
    DeadOriginal original;
    /// It may lie there already, because an earlier attempt was cut off: look before putting it.
    bool mayBeThere = false;
};

/// What became of one element of a call.
struct DeadMove
{
    enum class Kind {
        Done,
        NotThere,     ///< Removing: somebody else was faster.
        AlreadyThere, ///< Putting back: it lies there, nothing was added.
        Refused,      ///< Nothing was changed; `error` says why.
        NotTried,     ///< Stopped, or an error came first.
        Unknown,      ///< The connection broke before the answer.
    };

    Kind kind = Kind::NotTried;
    QString became;             ///< Putting back: what it is now, e.g. an entry id; for the record.
    std::optional<Error> error; ///< Of Refused, NotTried and Unknown.
};

/// What dead letters are grouped by.
struct DeadGroupKey
{
    TopicName topic;
    GroupName group;
    QString errorKind;

    friend bool operator==(const DeadGroupKey&, const DeadGroupKey&) = default;

    friend size_t qHash(const DeadGroupKey& key, size_t seed = 0)
    {
        return qHashMulti(seed, key.topic, key.group, key.errorKind);
    }
};

DeadGroupKey groupKeyOf(const DeadLetter& letter);

struct DeadGroup
{
    DeadGroupKey key;
    qint64 count = 0;
    std::optional<TimePoint> firstAt; ///< Of those whose time is known.
    std::optional<TimePoint> lastAt;
    Count lastHour; ///< At least, or unknown, where times are not known.
    Count lastDay;
    Count lastWeek;
    QString note;

    friend bool operator==(const DeadGroup&, const DeadGroup&) = default;
};

/// What is dead in a profile at one moment.
struct DeadLetters
{
    TimePoint at;              ///< The broker's clock.
    QList<DeadLetter> letters; ///< By topic, then place, oldest first.
    QList<DeadGroup> groups;   ///< The largest first.
    QStringList problems;      ///< Translated; places that could not be looked into, and limits.
    std::optional<Error> outboxError; ///< The outbox did not answer: its dead rows are missing.
    bool isWhole = true;              ///< False: there are more than the limit.

    friend bool operator==(const DeadLetters&, const DeadLetters&) = default;
};

/// Grouped with the counts of the last hour, day and week before `at`; the largest first.
QList<DeadGroup> groupDeadLetters(const QList<DeadLetter>& letters, TimePoint at);

} // namespace outboard
