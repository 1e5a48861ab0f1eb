// SPDX-License-Identifier: GPL-3.0-or-later
#include "outbox/pgsessions.h"

#include "outbox/sqltext.h"

namespace outboard {

QByteArray PgSessions::columns()
{
    // A session of another role shows no state, and this in place of its query.
    return "coalesce(l.pid, 0), l.virtualtransaction, a.usename::text, a.application_name,"
           " coalesce(a.state, ''), CASE WHEN a.state IS NULL THEN '' ELSE left(a.query, 300) END, "
           + sqltext::micros("a.xact_start");
}

void PgSessions::begin(TimePoint now)
{
    m_now = now;
    m_before = std::exchange(m_seen, {});
}

DatabaseSession PgSessions::sessionAt(const PgRows& rows, qsizetype row, int column)
{
    DatabaseSession session;
    session.pid = rows.integer(row, column);
    session.user = rows.text(row, column + 2);
    session.application = rows.text(row, column + 3);
    session.state = rows.text(row, column + 4);
    session.query = rows.text(row, column + 5);
    const QByteArray transaction = rows.value(row, column) + '/' + rows.value(row, column + 1);
    const TimePoint seen = m_before.value(transaction, m_now);
    m_seen.insert(transaction, seen);
    const auto began = rows.optionalTime(row, column + 6);
    session.since = began.value_or(seen);
    session.isExact = began.has_value();
    return session;
}

} // namespace outboard
