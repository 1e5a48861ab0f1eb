// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "model/entryid.h"
#include "model/message.h"
#include "model/outboxrow.h"
#include "model/relayreport.h"
#include "model/serverhealth.h"
#include "outbox/relayline.h"

#include <QStringList>

#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace outboard {

/// Result of one chunk.
struct RelayChunk
{
    RelayReport report;
    qint64 seen = 0; ///< Rows that were selected; 0 means nothing (unlocked) is left above `after`.
    std::optional<OutboxRowId> last; ///< Highest row id of the chunk: the next `after`.
};

class DeadRows;

/// A row without its payload, for questions about the order of events.
struct KeyedRow
{
    OutboxRowId row;
    EventId eventId;
    QByteArray key;
    TimePoint createdAt;
};

/// Later rows of some keys.
struct LaterRows
{
    QList<KeyedRow> rows; ///< In id order.
    QString note;         ///< Translated; what was not looked at. Empty: everything was.
};

/// The outbox table of one profile, through its mapping. Synchronous; used on one thread.
class OutboxStore
{
public:
    /// Takes the WHOLE batch, answers one result per message, in order.
    /// Unreachable, Timeout and Conflict mean "may have been appended"; every other kind "was not".
    using Publish = std::function<std::vector<Result<EntryId>>(std::span<const OutgoingMessage>)>;

    virtual ~OutboxStore() = default;

    /// False once the connection broke; the lane then opens a new store.
    virtual bool isUsable() const = 0;

    /// One trivial statement; the time it took on this machine.
    virtual Result<Microseconds> ping() = 0;

    /// What one monitoring round shows. Bounded work at any table size: at most 10 000 unpublished
    /// rows are counted (see Count::Quality), nothing scans the table. Error::Missing when the
    /// table or a mapped column does not exist; the connection stays usable.
    virtual Result<OutboxState> state() = 0;

    /// At most `limit` rows (1…1000) in id order, newest or oldest first.
    /// Payloads are the stored bytes, never decoded.
    virtual Result<OutboxPage> page(
        const OutboxFilter& filter, const std::optional<OutboxRowId>& after, qint64 limit) = 0;

    /// The rows with these ids, whole payloads, in id order; missing ids are left out.
    virtual Result<QList<OutboxRow>> rows(std::span<const OutboxRowId> ids) = 0;

    /// The rows with these event ids (several rows may share one), whole payloads, in id order.
    virtual Result<QList<OutboxRow>> rowsOfEvents(std::span<const EventId> ids) = 0;

    /// The rows after `after`, in id order, whose key is one of these. Bounded: looks at 100 000
    /// rows and finds at most 20 000, the note says where it ended. Nothing, with a note, where no
    /// key column is mapped or ids do not tell what came later.
    /// Source: one SELECT along the primary key.
    virtual Result<LaterRows> laterOfKeys(
        const QList<QByteArray>& keys, const OutboxRowId& after) = 0;

    /// The rows whose event id is this, else those whose own id is; at most 100, whole payloads, in
    /// id order. By index; a column without one is searched in the newest 100 000 rows only, and
    /// the note says so. Source: one or two SELECTs, read-only.
    virtual Result<FoundRows> lookUp(const QByteArray& id) = 0;

    /// The rows that were created or published in the window, in id order, along the primary key.
    /// Looks at `limit` rows (1…10 000) a page: a page can be empty and go on. Where ids are
    /// numbers that grow with time it begins near the window and ends behind it; else it walks the
    /// whole table. Source: one SELECT a page, for the first one 40 look-ups by id before it.
    virtual Result<TimedRows> rowsOfTime(
        const RowWindow& window, const std::optional<OutboxRowId>& after, qint64 limit) = 0;

    /// How many rows are unpublished in these topics (empty: all). Exact up to `cap`, then AtLeast.
    virtual Result<Count> countUnpublished(const QList<TopicName>& topics, qint64 cap) = 0;

    /// One transaction: lock unpublished rows in id order (FOR UPDATE SKIP LOCKED), publish the
    /// batch, mark exactly the rows that the broker accepted, commit. Error::Refused when another
    /// Outboard relays this table (advisory lock) or the session may not write; an Error means that
    /// nothing was handed to the broker. Once `publish` was called the answer is a chunk: its
    /// report.error says why the rest failed (Conflict: the commit is in doubt), and
    /// duplicatesPossible counts what was appended but is not known to be marked. When publish
    /// reports broken connections, the accepted rows are still marked and the rest stay
    /// unpublished, counted in duplicatesPossible.
    virtual Result<RelayChunk> relay(const RelayBatch& batch, const Publish& publish) = 0;

    /// For a run with two batches in flight, each on a connection of its own; one of them is this
    /// store's, which must not be used until the lines are gone. They hold the advisory lock of the
    /// table meanwhile: Error::Refused when another Outboard relays it. None where one batch has to
    /// follow the other, by relay(): behind a pooler, or where the server has no connection left.
    virtual Result<RelayLines> relayLines() { return RelayLines(); }

    /// The SQL that relay() runs for this batch, for the confirm dialog, statement by statement.
    virtual QStringList relaySql(const RelayBatch& batch) const = 0;

    /// Dead letters of the database (see deadrows.h); null where the profile knows of none.
    virtual DeadRows* dead() { return nullptr; }

    /// Who blocks the first waiting row, who keeps rows from being seen, and what autovacuum sees:
    /// what a viewer may see of it. Remembers what it saw before, so that something can be said to
    /// last. What could not be asked is absent; an error only when the connection broke.
    /// Source: pg_locks, pg_stat_activity, pg_stat_all_tables, and one row of the table.
    virtual Result<OutboxHealth> health() { return OutboxHealth(); }
};

} // namespace outboard
