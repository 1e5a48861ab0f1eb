// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/strongid.h"
#include "core/time.h"
#include "model/entryid.h"

#include <QByteArray>
#include <QList>
#include <QString>
#include <QStringList>

#include <optional>

namespace outboard {

/// What is known of an event at one place.
enum class TraceWhat {
    Committed,     ///< Its outbox row was written.
    Relayed,       ///< Its row is marked as published.
    Waiting,       ///< Its row is not published.
    RowDead,       ///< Its row is marked as failed by the producer.
    Copied,        ///< An entry of a stream holds it.
    NotDelivered,  ///< The group has not read that far.
    Pending,       ///< The group has it, and a consumer did not acknowledge it.
    Acknowledged,  ///< Derived: the group read past it and nobody holds it any more.
    Processed,     ///< A ledger holds it.
    NotProcessed,  ///< A ledger does not.
    LedgerUnknown, ///< A ledger cannot tell.
    DeadLettered,  ///< It lies in a dead-letter place.
    Replayed,      ///< An operator replayed it, by the journal.
    Action,        ///< An operator did something else to it, by the journal.
};

/// Contract spelling: committed, relayed, waiting, row_dead, copied, not_delivered, pending,
/// acknowledged, processed, not_processed, ledger_unknown, dead_lettered, replayed, action.
QString traceWhatName(TraceWhat what);
/// Translated.
QString traceWhatTitle(TraceWhat what);

/// One fact of an event's history, or of how it stands now.
struct TraceStep
{
    std::optional<TimePoint> at; ///< By the clock of the place; absent where nobody kept it.
    TraceWhat what = TraceWhat::Action;
    QString where;          ///< "orders_outboxevent 42", "order.paid 1700-0", "order.paid/billing".
    QString detail;         ///< Translated.
    bool isDerived = false; ///< Follows from what else is known; nobody recorded it.
    BrokerTopic stream;
    std::optional<EntryId> entry;
    GroupName group;
    std::optional<OutboxRowId> row;

    friend bool operator==(const TraceStep&, const TraceStep&) = default;
};

/// What a trace looks for, and how far.
struct TraceRequest
{
    /// Around the times at which the event is known to have moved.
    static constexpr Milliseconds firstReach{5 * 60'000};

    QByteArray what; ///< Event id, id of an outbox row or an entry, or a value in the payload.
    Milliseconds reach = firstReach;

    friend bool operator==(const TraceRequest&, const TraceRequest&) = default;
};

/// The next larger reach: an hour, a day, then a month; absent beyond.
std::optional<Milliseconds> widerReach(Milliseconds reach);

/// One event's timeline. What was not looked at is in the notes.
struct Trace
{
    TraceRequest request;
    EventId eventId;        ///< Empty: nothing was found.
    QList<EventId> others;  ///< More events that fit what was asked for.
    QList<TraceStep> steps; ///< In order of time; how things stand now comes last.
    std::optional<QByteArray> payload;
    QStringList notes;      ///< Translated; what was not looked at, and why.
    bool isBounded = false; ///< A wider reach would look at more.
    qint64 entries = 0;     ///< Looked at.

    friend bool operator==(const Trace&, const Trace&) = default;
};

} // namespace outboard
