// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/serverhealth.h"
#include "outbox/pgrows.h"

#include <QByteArray>
#include <QHash>

namespace outboard {

/// Reads sessions from pg_locks and pg_stat_activity, and remembers since when a transaction has
/// been seen, for roles that may not see when it began.
class PgSessions
{
public:
    /// The columns that sessionAt() reads; the query names pg_locks `l` and pg_stat_activity `a`.
    static QByteArray columns();

    /// Begins a look: transactions that are not seen until the next one are forgotten.
    void begin(TimePoint now);

    /// The session in this row, whose columns() begin at `column`.
    DatabaseSession sessionAt(const PgRows& rows, qsizetype row, int column);

private:
    TimePoint m_now;
    QHash<QByteArray, TimePoint> m_seen; ///< By pid and virtual transaction.
    QHash<QByteArray, TimePoint> m_before;
};

} // namespace outboard
