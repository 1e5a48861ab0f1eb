// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "model/outboxrow.h"
#include "outbox/deadtable.h"
#include "outbox/outboxmapping.h"

#include <QHash>
#include <QSet>

#include <optional>

namespace outboard {

class PgConnection;

/// One monitoring round of an outbox table, with bounded work at any table size.
class PgOutboxMonitor
{
public:
    /// Unpublished rows that are counted exactly; newest rows that are looked at.
    static constexpr qint64 cap = 10'000;
    /// Tables up to this size are scanned rather than estimated: a few milliseconds.
    static constexpr qint64 smallTableBytes = 8 * 1024 * 1024;

    PgOutboxMonitor(PgConnection& connection, const OutboxMapping& mapping);

    Result<OutboxState> state();

    /// The dead letters of another table are counted with the outbox's own.
    void alsoCount(const DeadTable& dead) { m_deadTable = dead; }

    /// What the catalogue says now.
    struct Facts
    {
        TimePoint now;
        bool isSmall = false;
        bool hasIdIndex = false;
        bool hasEventIndex = false;
        bool hasCreatedIndex = false;
        bool hasUnpublishedIndex = false;
    };

    Result<Facts> facts();

private:
    /// What one round gathers; topics by name.
    struct Round
    {
        OutboxState state;
        QHash<TopicName, OutboxTopicState> topics;
        std::optional<qint64> lowestWaitingId;
    };

    Result<bool> coversUnpublished(const QByteArray& indexPredicate);
    Result<void> addStandby(Round& round);
    Result<void> addBacklog(Round& round);
    Result<void> addEstimate(Round& round);
    Result<void> addSlots(Round& round);
    Result<void> addNewest(Round& round, const Facts& facts);
    Result<void> addIds(Round& round, const Facts& facts);
    Result<void> addDead(Round& round, const Facts& facts);
    Result<void> addDeadTable(Round& round);
    Result<PgRows> run(const SqlStatement& statement);
    Result<qint64> estimate(const SqlStatement& explain);

    PgConnection& m_connection;
    const OutboxMapping& m_mapping;
    std::optional<DeadTable> m_deadTable;
    QHash<QByteArray, bool> m_proofs; ///< By index predicate.
};

} // namespace outboard
