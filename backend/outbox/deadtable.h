// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "outbox/deadrows.h"
#include "outbox/outboxmapping.h"
#include "outbox/pgcatalogue.h"
#include "outbox/pgrows.h"
#include "settings/profile.h"

#include <QByteArray>
#include <QStringList>

#include <optional>
#include <span>
#include <vector>

namespace outboard {

/// How the dead rows of one table are read, deleted and put back. What a table says of a death is
/// found by the names that are in use: when (dead_at, failed_at, …), why (failure_reason,
/// last_error, …), after how many attempts (retries, attempts, …).
class DeadTable
{
public:
    /// Those rows of the outbox that meet its condition.
    static Result<DeadTable> ofOutbox(
        const OutboxSettings& settings, const PgTable& table, const PgColumn& eventId);

    /// All rows of a table of dead letters. Columns are called as in the outbox where it has them,
    /// else by the usual names. Error::Missing when none can be taken for the id.
    static Result<DeadTable> ofDeadLetters(const OutboxSettings& settings, const PgTable& table);

    const PgTable& table() const { return m_table; }

    const PgColumn& id() const { return m_id; }

    SqlStatement page(
        const std::optional<OutboxRowId>& after,
        const std::optional<QByteArray>& until,
        qint64 limit) const;
    /// The id `rows` further on; no row when there are fewer.
    SqlStatement windowEnd(const std::optional<OutboxRowId>& after, qint64 rows) const;
    SqlStatement count(qint64 cap) const;
    SqlStatement generatedColumns() const;

    /// Answers the ids of what was deleted.
    SqlStatement remove(const std::vector<QByteArray>& ids) const;
    /// Answers the ids of what was inserted. `generated`: columns that the server computes.
    SqlStatement insert(const QByteArray& rowsAsJson, const QStringList& generated) const;
    SqlStatement present(const std::vector<QByteArray>& ids) const;

    /// One row of page().
    DeadRow row(const PgRows& rows, qsizetype index) const;

private:
    explicit DeadTable(PgTable table);

    void findDeath();
    QByteArray orderById() const;
    const PgColumn* firstOf(const QStringList& names) const;

    PgTable m_table;
    PgColumn m_id;
    PgColumn m_eventId;
    std::optional<PgColumn> m_topic;
    std::optional<PgColumn> m_payload;
    std::optional<PgColumn> m_createdAt;
    std::optional<PgColumn> m_key;
    std::optional<PgColumn> m_diedAt;
    std::optional<PgColumn> m_error;
    std::optional<PgColumn> m_attempts;
    QByteArray m_condition; ///< Empty: every row.
};

} // namespace outboard
