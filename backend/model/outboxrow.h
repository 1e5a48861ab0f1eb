// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/count.h"
#include "core/strongid.h"
#include "core/time.h"

#include <QByteArray>
#include <QList>

#include <optional>

namespace outboard {

/// Other: meets none of the profile's conditions, or the table does not tell.
enum class RowState { Unpublished, InFlight, Published, Dead, Other };

/// One row of the outbox table through the mapping.
struct OutboxRow
{
    OutboxRowId id;
    EventId eventId;
    TopicName topic;
    QByteArray payload; ///< The stored bytes; cut at OutboxFilter::payloadBytes when the filter
                        ///< asks for that.
    qint64 payloadBytes = 0;              ///< Whole length.
    std::optional<TimePoint> createdAt;   ///< Absent where the table has no such column.
    std::optional<TimePoint> publishedAt; ///< Absent also when the table has no such column.
    std::optional<QByteArray> key;
    RowState state = RowState::Unpublished;

    friend bool operator==(const OutboxRow&, const OutboxRow&) = default;
};

/// Which rows a page shows. Every condition that is set must hold.
struct OutboxFilter
{
    std::optional<RowState> state;
    std::optional<TopicName> topic;
    std::optional<Milliseconds> olderThan; ///< By created_at, against the database's clock.
    QString idText;                        ///< Row id or event id, exact.
    QString
        payloadText; ///< Substring of the payload's text, case-insensitive; server-side, bounded.
    bool newestFirst = true;
    qint64 payloadBytes = 4096; ///< Cut previews here; 0 for whole payloads.

    friend bool operator==(const OutboxFilter&, const OutboxFilter&) = default;
};

struct OutboxPage
{
    QList<OutboxRow> rows;
    std::optional<OutboxRowId> next; ///< Pass as `after` for the following page; absent at the end.
    QString note; ///< Translated; e.g. that a search looked at the newest 100 000 rows only.
    TimePoint at; ///< Database clock, for ages.
};

/// A row without its payload, for comparing the table with the broker.
struct TimedRow
{
    OutboxRowId id;
    EventId eventId;
    TopicName topic;
    std::optional<TimePoint> createdAt;
    std::optional<TimePoint> publishedAt;
    RowState state = RowState::Unpublished;

    friend bool operator==(const TimedRow&, const TimedRow&) = default;
};

/// Which rows of a time.
struct RowWindow
{
    TimePoint since; ///< Both inclusive, by the database's clock.
    TimePoint until;
    Milliseconds reach{0}; ///< Rows created longer than this before `since` need not be found.

    friend bool operator==(const RowWindow&, const RowWindow&) = default;
};

struct TimedRows
{
    QList<TimedRow> rows;
    std::optional<OutboxRowId> next; ///< Pass as `after` to go on; absent at the end.
    TimePoint at;                    ///< Database clock.
    bool keepsPublished = true; ///< False: rows are deleted once they are sent, or do not tell it.
    QString note;               ///< Translated, on the first page; what is not looked at.
};

struct FoundRows
{
    QList<OutboxRow> rows;
    QString note; ///< Translated; what was not looked at. Empty: everything was.
};

struct OutboxTopicState
{
    TopicName topic;
    Count unpublished;
    std::optional<Milliseconds> oldestAge;
    Count createdLastMinute;
    Count publishedLastMinute;
    std::optional<TimePoint> lastPublishedAt;

    friend bool operator==(const OutboxTopicState&, const OutboxTopicState&) = default;
};

/// How far a server that is a standby follows its primary.
struct StandbyState
{
    std::optional<Milliseconds> behind; ///< Absent: all that arrived is replayed, and whether the
                                        ///< primary has more cannot be known here.
    std::optional<TimePoint> lastReplayed; ///< When its newest change was committed.

    friend bool operator==(const StandbyState&, const StandbyState&) = default;
};

/// What one round knows of the outbox.
struct OutboxState
{
    TimePoint at; ///< The database's now().
    QString table;
    Count unpublished;
    std::optional<TimePoint> oldestUnpublishedAt;
    std::optional<Milliseconds>
        oldestAge;                  ///< Absent: nothing waits, or (unpublished unknown) not known.
    QList<OutboxTopicState> topics; ///< By name; complete unless topicsNote is set.
    QString topicsNote;
    Count dead;
    std::optional<qint64> highestId; ///< Only for integer ids; its growth is the inflow.
    std::optional<TimePoint> lastPublishedAt;
    bool hasUnpublishedIndex =
        false;           ///< A valid partial index on exactly the unpublished predicate.
    QString indexAdvice; ///< SQL that creates the missing index; empty when there is one.
    std::optional<StandbyState> standby; ///< Present: read from a standby.

    friend bool operator==(const OutboxState&, const OutboxState&) = default;
};

} // namespace outboard
