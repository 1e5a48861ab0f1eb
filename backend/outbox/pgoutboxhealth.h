// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "model/serverhealth.h"
#include "outbox/outboxmapping.h"
#include "outbox/pgsessions.h"

#include <QSet>

#include <optional>

namespace outboard {

class PgConnection;

/// OutboxStore::health() on PostgreSQL.
class PgOutboxHealth
{
public:
    PgOutboxHealth(PgConnection& connection, const OutboxMapping& mapping);

    /// `findsHead`: whether the first waiting row is found without walking the table.
    Result<OutboxHealth> look(bool findsHead);

private:
    Result<bool> begin(OutboxHealth& health);
    Result<void> addLocks(OutboxHealth& health);
    Result<void> addHead(OutboxHealth& health);
    Result<void> addHeadLock(HeadRow& head, const QByteArray& transaction);
    Result<void> addBehind(HeadRow& head);
    Result<void> addTable(OutboxHealth& health);
    Result<void> addOldestSnapshot(TableHealth& table);
    Result<void> addRelaying(OutboxHealth& health);
    void followHead(HeadRow& head, const QByteArray& taker, TimePoint now);

    PgConnection& m_connection;
    const OutboxMapping& m_mapping;
    PgSessions m_sessions;
    std::optional<OutboxRowId> m_head; ///< Of the last look.
    TimePoint m_headSince;
    QSet<QByteArray> m_takers; ///< Transactions that left a mark on it.
    std::optional<TimePoint> m_overSince;
};

} // namespace outboard
