// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/strongid.h"
#include "core/time.h"
#include "model/entryid.h"

#include <QHash>
#include <QList>
#include <QString>
#include <QStringList>

#include <optional>

namespace outboard {

/// How the outbox, the broker and the ledgers contradict each other about an event.
enum class Discrepancy {
    Lost,                    ///< Published, but neither an entry nor a ledger has it.
    UnpublishedButProcessed, ///< Its row waits, but a ledger has it.
    PendingButProcessed,     ///< A group holds its entry, and the group's ledger has it.
    EntryWithoutRow,         ///< An entry of an event that the outbox does not know.
    Unknown,                 ///< Nobody can tell: history was trimmed or pruned.
};

/// Contract spelling: lost, unpublished_but_processed, pending_but_processed, entry_without_row,
/// unknown.
QString discrepancyName(Discrepancy kind);
/// Translated.
QString discrepancyTitle(Discrepancy kind);

struct ReconcileItem
{
    Discrepancy kind = Discrepancy::Unknown;
    EventId eventId;
    TopicName topic;
    BrokerTopic stream;
    GroupName group; ///< Of PendingButProcessed.
    std::optional<OutboxRowId> row;
    std::optional<EntryId> entry;
    std::optional<TimePoint> at; ///< Published; created, where it waits; entry, without a row.
    QString reason;              ///< Translated.

    friend bool operator==(const ReconcileItem&, const ReconcileItem&) = default;
};

/// Which time to compare. By the database's clock.
struct ReconcileRequest
{
    std::optional<TimePoint> since;
    std::optional<TimePoint> until; ///< Absent: now.
    Milliseconds last{3'600'000};   ///< Without `since`: so long before the end.
    /// Entries are looked for so long before and after the window, because rows are marked a moment
    /// before or after their entry was added, and by another clock.
    Milliseconds slack{600'000};
    /// Rows may have waited so long before they were published.
    Milliseconds reach{24 * 3'600'000};
    qint64 mostItems = 20'000; ///< Listed of each kind; all are counted.

    friend bool operator==(const ReconcileRequest&, const ReconcileRequest&) = default;
};

struct Reconciliation
{
    TimePoint since;
    TimePoint until;
    qint64 rows = 0;            ///< Compared.
    qint64 entries = 0;         ///< Compared.
    qint64 pending = 0;         ///< Pending entries compared.
    QList<ReconcileItem> items; ///< By kind, oldest first.
    QHash<Discrepancy, qint64> counts;
    QStringList notes;   ///< Translated; what was not looked at, and what to make of it.
    bool isWhole = true; ///< False: some kinds have more than are listed.

    qint64 count(Discrepancy kind) const { return counts.value(kind); }

    friend bool operator==(const Reconciliation&, const Reconciliation&) = default;
};

} // namespace outboard
