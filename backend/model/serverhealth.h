// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/count.h"
#include "core/strongid.h"
#include "core/time.h"
#include "model/entryid.h"

#include <QByteArray>
#include <QList>
#include <QString>

#include <optional>

/// What the monitoring lanes ask every 10 s besides each round: cheap, bounded, and only what a
/// viewer's role may see. What is absent is not known; `unknown` says why.
namespace outboard {

/// A session of the database, as far as it may be seen.
struct DatabaseSession
{
    qint64 pid = 0; ///< 0: a prepared transaction, which no session holds.
    QString user;
    QString application;
    QString state; ///< "idle in transaction"; empty: may not be seen.
    QString query; ///< What it runs, or ran last; cut. Empty likewise.
    TimePoint
        since; ///< Server clock: its transaction's begin, or (hidden) when it was first seen here.
    bool isExact = false; ///< `since` is the transaction's begin.

    friend bool operator==(const DatabaseSession&, const DatabaseSession&) = default;
};

/// A lock that keeps a relay from its rows.
struct HeldLock
{
    DatabaseSession holder;
    QString mode;       ///< Of a lock on the whole table, "AccessExclusiveLock"; empty: on a row.
    qint64 waiting = 0; ///< Sessions that wait for it.

    friend bool operator==(const HeldLock&, const HeldLock&) = default;
};

/// The first row that a relay in id order has to publish.
struct HeadRow
{
    OutboxRowId id;
    TopicName topic;
    QByteArray key;      ///< Empty: none is mapped.
    TimePoint firstSeen; ///< Server clock; since when it is known to be the head.
    qint64 takers = 0;   ///< Transactions that locked it since then and left it unpublished.
    Count behind;        ///< Rows with the same key that wait behind it.
    std::optional<qint64> attempts; ///< Of the table's own counter, where it has one.
    QString error;                  ///< Of the table's own column, where it has one.
    std::optional<HeldLock> lock;   ///< Somebody holds it right now.

    friend bool operator==(const HeadRow&, const HeadRow&) = default;
};

/// What autovacuum sees of the table, partitions added up.
struct TableHealth
{
    qint64 liveRows = 0;
    qint64 deadRows = 0;
    qint64 vacuumsAt = 0;   ///< So many dead rows make autovacuum begin.
    qint64 bytes = 0;       ///< With indexes.
    bool isVacuumed = true; ///< False: autovacuum is off for it.
    std::optional<TimePoint> lastVacuum;
    std::optional<TimePoint> overSince; ///< Since when it has more than twice `vacuumsAt` dead.
    std::optional<DatabaseSession> oldestSnapshot; ///< Keeps dead rows from being removed.

    friend bool operator==(const TableHealth&, const TableHealth&) = default;
};

struct OutboxHealth
{
    TimePoint at; ///< The database's clock.
    std::optional<HeadRow> head;
    std::optional<HeldLock> tableLock;
    QList<DatabaseSession> writers; ///< Open transactions that changed the table.
    std::optional<TableHealth> table;
    std::optional<DatabaseSession> relaying; ///< An Outboard that relays this table.
    QString unknown; ///< Translated; what could not be asked, and why. Empty: nothing.

    friend bool operator==(const OutboxHealth&, const OutboxHealth&) = default;
};

struct BrokerMemory
{
    qint64 used = 0;
    qint64 limit = 0; ///< 0: none.
    QString policy;   ///< "allkeys-lru"

    /// Whether a stream can be thrown away when memory is short.
    bool dropsStreams() const { return limit > 0 && policy.startsWith(QLatin1String("allkeys")); }

    friend bool operator==(const BrokerMemory&, const BrokerMemory&) = default;
};

struct BrokerPersistence
{
    bool hasLog = false; ///< Append-only file.
    bool isLogFailing = false;
    bool isSaveFailing = false;
    std::optional<TimePoint> lastSave; ///< Server clock; its start, when nothing was saved since.
    qint64 unsavedChanges = 0;

    friend bool operator==(const BrokerPersistence&, const BrokerPersistence&) = default;
};

struct BrokerReplica
{
    QString address;
    QString state;                      ///< "online"
    std::optional<Milliseconds> silent; ///< Since it last acknowledged anything.
    qint64 bytesBehind = 0;

    friend bool operator==(const BrokerReplica&, const BrokerReplica&) = default;
};

struct BrokerReplication
{
    bool isReplica = false;
    bool isLinkDown = false; ///< Of a replica, to its master.
    QList<BrokerReplica> replicas;

    friend bool operator==(const BrokerReplication&, const BrokerReplication&) = default;
};

struct StreamHealth
{
    BrokerTopic topic;
    std::optional<qint64> entriesAdded; ///< Ever.
    qint64 trimmed = 0; ///< Entries that were cut off at its beginning while Outboard looked on.
    std::optional<TimePoint> trimmedAt; ///< When that was seen last, in the last 10 min.

    friend bool operator==(const StreamHealth&, const StreamHealth&) = default;
};

/// An entry that was looked at, with its event.
struct SampledEntry
{
    EntryId id;
    EventId event;

    friend bool operator==(const SampledEntry&, const SampledEntry&) = default;
};

/// The two ends of a long pending list.
struct PendingEnds
{
    qint64 headSeen = 0;
    qint64 headTakenAgain = 0; ///< Delivered again, and not long ago.
    qint64 tailSeen = 0;
    qint64 tailFrozen = 0;    ///< Delivered once, long ago.
    Milliseconds tailIdle{0}; ///< The longest.

    friend bool operator==(const PendingEnds&, const PendingEnds&) = default;
};

struct GroupHealth
{
    BrokerTopic topic;
    GroupName group;
    std::optional<qint64> entriesRead; ///< Of all that were ever added.
    Count orphans;            ///< Stuck pending entries whose message is gone from the stream.
    QList<EntryId> orphanIds; ///< The first ones.
    std::optional<PendingEnds> ends;  ///< Of a list that is long enough to have two.
    QList<SampledEntry> held;         ///< Some of its oldest pending entries.
    QList<SampledEntry> acknowledged; ///< Some that it acknowledged while Outboard looked on.

    friend bool operator==(const GroupHealth&, const GroupHealth&) = default;
};

struct BrokerHealth
{
    TimePoint at; ///< The broker's clock.
    std::optional<BrokerMemory> memory;
    std::optional<BrokerPersistence> persistence;
    std::optional<BrokerReplication> replication;
    QList<StreamHealth> streams;
    QList<GroupHealth> groups;
    QString unknown; ///< Translated; what could not be asked, and why. Empty: nothing.

    friend bool operator==(const BrokerHealth&, const BrokerHealth&) = default;
};

/// What a ledger says of the entries that were sampled.
struct LedgerSample
{
    BrokerTopic topic;
    GroupName group;
    qint64 acknowledged = 0;      ///< Entries that the group acknowledged…
    qint64 missing = 0;           ///< …and those among them that the ledger does not have.
    QList<EntryId> heldProcessed; ///< Pending ones that the ledger had already when it was asked.
    QList<SampledEntry> recorded; ///< Entries that it had at this look or an earlier one.
    qint64 asked = 0;             ///< So many of those that it had earlier were asked for again…
    qint64 forgotten = 0;         ///< …and those among them that it has no more.

    friend bool operator==(const LedgerSample&, const LedgerSample&) = default;
};

struct LedgerHealth
{
    QString table;
    QString keyAdvice; ///< SQL that adds the missing unique constraint; empty when there is one.
    QList<LedgerSample> samples;

    friend bool operator==(const LedgerHealth&, const LedgerHealth&) = default;
};

/// The last answers; absent where a source did not answer, or was not asked yet.
struct ServerHealth
{
    std::optional<OutboxHealth> outbox;
    std::optional<BrokerHealth> broker;
    QList<std::optional<LedgerHealth>> ledgers; ///< In profile order.

    friend bool operator==(const ServerHealth&, const ServerHealth&) = default;
};

} // namespace outboard
