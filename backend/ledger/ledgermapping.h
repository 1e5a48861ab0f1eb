// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "core/strongid.h"
#include "outbox/outboxmapping.h"
#include "outbox/pgcatalogue.h"
#include "settings/profile.h"

#include <QByteArray>
#include <QStringList>

#include <optional>
#include <vector>

namespace outboard {

/// How one ledger table is read and written. The only builder of SQL on it.
class LedgerMapping
{
public:
    /// `uniqueKeys` are the column sets of the table's unique indexes. Error::Missing for a column
    /// that does not exist, Error::Refused for a condition that is not one. A table that can be
    /// read but not kept (see writable()) is no error here.
    static Result<LedgerMapping> make(
        const LedgerSettings& settings, PgTable table, const QList<QStringList>& uniqueKeys);

    const PgTable& table() const { return m_table; }

    const PgColumn& eventId() const { return m_eventId; }

    bool hasConsumer() const { return m_consumer.has_value(); }

    /// The group as a value of the consumer column; nothing when it cannot be one.
    std::optional<QByteArray> consumer(const GroupName& group) const;

    /// Error::Refused with what to change when rows cannot be inserted by Outboard: no unique
    /// constraint that stops a second row, a required column that nothing can fill, or a "done"
    /// condition that it cannot make true.
    const Result<void>& writable() const { return m_writable; }

    /// SQL that adds the unique constraint which none of these column sets makes; empty when one
    /// does.
    QString keyAdvice(const QList<QStringList>& uniqueKeys) const;

    /// Ids, as text, of those among `ids` that the ledger holds as done.
    SqlStatement find(const std::vector<QByteArray>& ids, const QByteArray& consumer) const;

    /// Ids, as text, and when their rows were written, in microseconds. Absent where the table has
    /// no column that tells.
    std::optional<SqlStatement> times(
        const std::vector<QByteArray>& ids, const QByteArray& consumer) const;

    /// Inserts the ids that have no row; returns those inserted.
    SqlStatement insert(const std::vector<QByteArray>& ids, const QByteArray& consumer) const;

    /// Where a row alone does not mean done: takes over the rows that exist but are not; returns
    /// them. Absent without a "done" condition.
    std::optional<SqlStatement> takeOver(
        const std::vector<QByteArray>& ids, const QByteArray& consumer) const;

    /// For people to read.
    QStringList script(const QStringList& work) const;

private:
    explicit LedgerMapping(PgTable table);

    /// A column that an INSERT sets to an expression.
    struct Filled
    {
        QByteArray column; ///< Quoted.
        QByteArray value;
    };

    Result<void> setColumns(const LedgerSettings& settings);
    Result<void> checkWritable(const QList<QStringList>& uniqueKeys);
    Result<void> fillRequired();
    std::optional<Filled> makesDone() const;
    bool isKey(const QList<QStringList>& uniqueKeys) const;
    QByteArray keyList() const;
    QByteArray match(
        SqlParameters& parameters,
        const std::vector<QByteArray>& ids,
        const QByteArray& consumer) const;

    PgTable m_table;
    PgColumn m_eventId;
    std::optional<PgColumn> m_consumer;
    std::optional<PgColumn> m_time;
    QByteArray m_done;
    std::optional<Filled> m_doneValue;
    QList<Filled> m_filled;
    Result<void> m_writable;
};

} // namespace outboard
