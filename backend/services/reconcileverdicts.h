// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "model/brokerstate.h"
#include "model/outboxrow.h"
#include "model/reconciliation.h"
#include "services/eventledgers.h"

#include <QHash>
#include <QList>

#include <optional>
#include <vector>

namespace outboard {

class Broker;
class OutboxStore;

/// An entry that nothing matched so far.
struct LooseEntry
{
    EventId eventId;
    BrokerTopic stream;
    EntryId entry;
};

/// Decides on what did not match, by the ledgers and by what the servers still have of that time,
/// and keeps the list. Callers hand over batches of at most 1 000.
class ReconcileVerdicts
{
public:
    ReconcileVerdicts(
        const ReconcileRequest& request,
        OutboxStore& outbox,
        const Broker& broker,
        EventLedgers ledgers);

    /// The streams as they are after their entries were read: what is gone from them by then may
    /// have been missed. `skew`: the broker's clock minus the database's.
    void setStreams(const QList<BrokerTopicState>& streams, Microseconds skew);

    /// Rows that are marked as published and have no entry.
    void addPublished(const std::vector<TimedRow>& rows);
    /// Rows that wait.
    void addWaiting(const std::vector<TimedRow>& rows);
    /// Entries that the group holds.
    void addHeld(const GroupName& group, const std::vector<LooseEntry>& entries);
    /// Entries without one of the rows that were read; other rows are looked for.
    Result<void> addLoose(const std::vector<LooseEntry>& entries);

    void addUnknown(qint64 count) { m_counts[Discrepancy::Unknown] += count; }

    /// Sorted, with their numbers.
    void finish(Reconciliation& into);

private:
    void list(ReconcileItem item);
    void judgePublished(const BrokerTopic& stream, const std::vector<TimedRow>& rows);
    QString whyEntryMayBeGone(const BrokerTopic& stream, TimePoint published) const;
    Result<std::optional<TimePoint>> oldestRow();
    QList<GroupName> groupsOf(const BrokerTopic& stream) const;

    const ReconcileRequest& m_request;
    OutboxStore& m_outbox;
    const Broker& m_broker;
    EventLedgers m_ledgers;
    Microseconds m_skew{0};
    QHash<BrokerTopic, BrokerTopicState> m_streams;
    QList<ReconcileItem> m_items;
    QHash<Discrepancy, qint64> m_counts;
    std::optional<std::optional<TimePoint>> m_oldestRow; ///< Once it was asked.
};

/// Published, or created where the table does not tell.
std::optional<TimePoint> publicationOf(const TimedRow& row);

/// The moment that an entry id stands for; nothing for one that no clock made.
std::optional<TimePoint> timeOf(const EntryId& entry);

} // namespace outboard
