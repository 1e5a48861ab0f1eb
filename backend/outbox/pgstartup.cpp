// SPDX-License-Identifier: GPL-3.0-or-later
#include "outbox/pgstartup.h"

#include <QByteArrayList>

#include <utility>

namespace outboard {

PgDsn completedDsn(PgDsn dsn, const std::optional<QString>& password, Access access)
{
    if (password && !dsn.hasPassword())
        dsn.set("password", password->toUtf8());
    dsn.set("application_name", access == Access::Monitor ? "outboard-monitor" : "outboard");
    dsn.set("client_encoding", "UTF8");
    const std::pair<QByteArray, QByteArray> defaults[] = {
        {"connect_timeout", "3"},
        {"keepalives", "1"},
        {"keepalives_idle", "5"},
        {"keepalives_interval", "2"},
        {"keepalives_count", "3"},
        {"tcp_user_timeout", "5000"},
    };
    for (const auto& [keyword, value] : defaults) {
        if (!dsn.has(keyword))
            dsn.set(keyword, value);
    }
    // A standby would let the action begin, and refuse it in the middle.
    if (access == Access::Operate && dsn.value("target_session_attrs") != "read-write")
        dsn.set("target_session_attrs", "primary");
    return dsn;
}

/// By SET, not by the startup packet's options, which PgBouncer refuses.
QByteArray settingsSql(PgScope scope, Access access, Milliseconds statement, Milliseconds lock)
{
    QByteArrayList settings{
        "statement_timeout = " + QByteArray::number(statement.count()),
        "lock_timeout = " + QByteArray::number(lock.count()),
        // sqltext::checkFragment() reads strings by this rule.
        "standard_conforming_strings = on"};
    if (access == Access::Monitor) {
        settings << "default_transaction_read_only = on"
                 << "max_parallel_workers_per_gather = 0"
                 << "jit = off"
                 << "idle_in_transaction_session_timeout = 5000";
    } else {
        // A desktop that hangs in the middle of a chunk must not hold row locks for ever.
        settings << "idle_in_transaction_session_timeout = 60000";
    }
    const QByteArray verb = scope == PgScope::Session ? "SET " : "SET LOCAL ";
    return verb + settings.join("; " + verb);
}

} // namespace outboard
