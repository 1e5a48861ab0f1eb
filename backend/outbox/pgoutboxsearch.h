// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "outbox/outboxmapping.h"
#include "outbox/pgoutboxmonitor.h"

#include <optional>

namespace outboard {

class PgConnection;

/// OutboxStore::lookUp() and rowsOfTime() on PostgreSQL: what joins the table with the other places
/// where an event lives.
class PgOutboxSearch
{
public:
    PgOutboxSearch(PgConnection& connection, const OutboxMapping& mapping);

    Result<FoundRows> lookUp(const PgOutboxMonitor::Facts& facts, const QByteArray& id);

    Result<TimedRows> rowsOfTime(
        const PgOutboxMonitor::Facts& facts,
        const RowWindow& window,
        const std::optional<OutboxRowId>& after,
        qint64 limit);

private:
    struct Start
    {
        std::optional<OutboxRowId> after; ///< Absent: the low end.
        QString note;
    };

    Result<Start> startOf(const PgOutboxMonitor::Facts& facts, const RowWindow& window);
    Result<PgRows> run(const SqlStatement& statement);

    PgConnection& m_connection;
    const OutboxMapping& m_mapping;
};

} // namespace outboard
