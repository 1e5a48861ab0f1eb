// SPDX-License-Identifier: GPL-3.0-or-later
#include "outbox/pgoutboxhealth.h"

#include "outbox/pgconnection.h"
#include "outbox/pgrelayline.h"
#include "outbox/sqltext.h"

#include <QCoreApplication>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 keyCap = 10'000;
constexpr qsizetype mostTakers = 1'000;

const QByteArray withActivity = " LEFT JOIN pg_stat_activity a ON a.pid = l.pid";
/// Of this database, the table itself or one of its partitions ($1).
const QByteArray onTable =
    " WHERE l.locktype = 'relation' AND l.database ="
    " (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND (l.relation = $1::oid OR l.relation IN (SELECT relid FROM pg_partition_tree($1::oid)))"
    " AND l.pid IS DISTINCT FROM pg_backend_pid()";

/// What keeps a relay from marking rows; weaker locks do not.
bool blocksUpdates(const QString& mode)
{
    return mode == u"ShareLock" || mode == u"ShareRowExclusiveLock" || mode == u"ExclusiveLock"
           || mode == u"AccessExclusiveLock";
}

} // namespace

PgOutboxHealth::PgOutboxHealth(PgConnection& connection, const OutboxMapping& mapping)
    : m_connection(connection)
    , m_mapping(mapping)
{}

/// A question that fails leaves its part absent; only a connection that broke ends the look.
Result<OutboxHealth> PgOutboxHealth::look(bool findsHead)
{
    OutboxHealth health;
    const auto isPrimary = begin(health);
    if (!isPrimary)
        return isPrimary.error();
    if (!*isPrimary)
        return health;
    using Part = Result<void> (PgOutboxHealth::*)(OutboxHealth&);
    for (const Part part :
         {&PgOutboxHealth::addLocks,
          &PgOutboxHealth::addRelaying,
          &PgOutboxHealth::addTable,
          &PgOutboxHealth::addHead}) {
        if (part == &PgOutboxHealth::addHead && !findsHead)
            continue;
        const auto added = (this->*part)(health);
        if (!added && !m_connection.isUsable())
            return added.error();
        if (!added && health.unknown.isEmpty())
            health.unknown = added.error().what;
    }
    return health;
}

/// False on a standby, where the primary's sessions and statistics are not seen.
Result<bool> PgOutboxHealth::begin(OutboxHealth& health)
{
    const auto rows =
        m_connection.query("SELECT " + sqltext::micros("now()") + ", pg_is_in_recovery()");
    if (!rows)
        return rows.error();
    health.at = rows->time(0, 0);
    m_sessions.begin(health.at);
    if (rows->boolean(0, 1)) {
        health.unknown = QCoreApplication::translate(
            "outboard", "a standby does not see the locks and sessions of its primary");
        return false;
    }
    return true;
}

Result<void> PgOutboxHealth::addLocks(OutboxHealth& health)
{
    const auto rows = m_connection.query(
        "SELECT " + PgSessions::columns()
            + ", l.mode, (SELECT count(*) FROM pg_locks w WHERE w.locktype = 'relation'"
              " AND w.relation = l.relation AND NOT w.granted) FROM pg_locks l"
            + withActivity + onTable
            + " AND l.granted AND l.mode IN ('RowExclusiveLock', 'ShareLock',"
              " 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')"
              " ORDER BY a.xact_start NULLS LAST LIMIT 100",
        {QByteArray::number(m_mapping.table().oid)});
    if (!rows)
        return rows.error();
    QSet<qint64> listed;
    for (qsizetype row = 0; row < rows->size(); ++row) {
        const DatabaseSession session = m_sessions.sessionAt(*rows, row, 0);
        const QString mode = rows->text(row, 7);
        if (blocksUpdates(mode)) {
            if (!health.tableLock)
                health.tableLock = HeldLock{session, mode, rows->integer(row, 8)};
        } else if (session.pid == 0 || !listed.contains(session.pid)) {
            listed.insert(session.pid);
            health.writers.append(session);
        }
    }
    return {};
}

Result<void> PgOutboxHealth::addRelaying(OutboxHealth& health)
{
    const auto key = static_cast<quint64>(relayLockKey(m_mapping));
    const auto rows = m_connection.query(
        "SELECT " + PgSessions::columns() + " FROM pg_locks l" + withActivity
            + " WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1"
              " AND l.classid = $1::bigint::oid AND l.objid = $2::bigint::oid"
              " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
              " LIMIT 1",
        {QByteArray::number(key >> 32U), QByteArray::number(key & 0xffff'ffffU)});
    if (!rows)
        return rows.error();
    if (!rows->isEmpty())
        health.relaying = m_sessions.sessionAt(*rows, 0, 0);
    return {};
}

Result<void> PgOutboxHealth::addHead(OutboxHealth& health)
{
    const bool isStored = m_mapping.table().type == "r" || m_mapping.table().type == "p";
    if (!isStored || !m_mapping.knowsUnpublished())
        return {};
    const SqlStatement statement = m_mapping.head();
    const auto rows = m_connection.query(statement.sql, statement.parameters);
    if (!rows)
        return rows.error();
    if (rows->isEmpty()) {
        m_head.reset();
        return {};
    }
    HeadRow head;
    head.id = OutboxRowId(rows->value(0, 0));
    head.topic = TopicName(rows->value(0, 1));
    head.key = rows->value(0, 2);
    head.attempts = rows->optionalInteger(0, 4);
    head.error = rows->text(0, 5);
    const QByteArray taker = rows->value(0, 3);
    followHead(head, taker, health.at);
    if (auto added = addHeadLock(head, taker); !added)
        return added.error();
    if (auto added = addBehind(head); !added)
        return added.error();
    health.head = head;
    return {};
}

/// Who locks a row, or updates it, leaves the number of its transaction on it, also when it is
/// rolled back: each new number is one more try.
void PgOutboxHealth::followHead(HeadRow& head, const QByteArray& taker, TimePoint now)
{
    if (m_head != head.id) {
        m_head = head.id;
        m_headSince = now;
        m_takers = {taker};
    } else if (m_takers.size() < mostTakers) {
        m_takers.insert(taker);
    }
    head.firstSeen = m_headSince;
    head.takers = m_takers.size() - 1;
}

Result<void> PgOutboxHealth::addHeadLock(HeadRow& head, const QByteArray& transaction)
{
    if (transaction == "0")
        return {};
    const auto rows = m_connection.query(
        "SELECT " + PgSessions::columns()
            + ", (SELECT count(*) FROM pg_locks w WHERE w.locktype = 'transactionid'"
              " AND w.transactionid = l.transactionid AND NOT w.granted) FROM pg_locks l"
            + withActivity
            + " WHERE l.locktype = 'transactionid' AND l.granted AND l.transactionid = $1::xid"
              " LIMIT 1",
        {transaction});
    if (!rows)
        return rows.error();
    if (!rows->isEmpty())
        head.lock = HeldLock{m_sessions.sessionAt(*rows, 0, 0), {}, rows->integer(0, 7)};
    return {};
}

Result<void> PgOutboxHealth::addBehind(HeadRow& head)
{
    if (!m_mapping.hasKey() || head.key.isEmpty()) {
        head.behind =
            Count::unknown(QCoreApplication::translate("outboard", "No key column is mapped."));
        return {};
    }
    const SqlStatement statement = m_mapping.waitingOfKey(head.key, keyCap);
    const auto rows = m_connection.query(statement.sql, statement.parameters);
    if (!rows)
        return rows.error();
    const qint64 behind = std::max<qint64>(rows->integer(0, 0) - 1, 0);
    head.behind = behind + 1 < keyCap ? Count::exact(behind) : Count::atLeast(behind);
    return {};
}

Result<void> PgOutboxHealth::addTable(OutboxHealth& health)
{
    const auto rows = m_connection.query(
        "SELECT coalesce(sum(s.n_live_tup), 0)::bigint, coalesce(sum(s.n_dead_tup), 0)::bigint,"
        " coalesce(sum(current_setting('autovacuum_vacuum_threshold')::float8"
        " + current_setting('autovacuum_vacuum_scale_factor')::float8 * greatest(c.reltuples, 0)),"
        " 0)::bigint, coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint,"
        " coalesce(bool_and(coalesce((SELECT o.option_value::bool FROM"
        " pg_options_to_table(c.reloptions) o WHERE o.option_name = 'autovacuum_enabled'), true)),"
        " true) AND current_setting('autovacuum')::bool, "
            + sqltext::micros("max(greatest(s.last_vacuum, s.last_autovacuum))")
            + " FROM pg_class c JOIN pg_stat_all_tables s ON s.relid = c.oid WHERE c.oid = $1::oid"
              " OR c.oid IN (SELECT relid FROM pg_partition_tree($1::oid))",
        {QByteArray::number(m_mapping.table().oid)});
    if (!rows)
        return rows.error();
    TableHealth table;
    table.liveRows = rows->integer(0, 0);
    table.deadRows = rows->integer(0, 1);
    table.vacuumsAt = rows->integer(0, 2);
    table.bytes = rows->integer(0, 3);
    table.isVacuumed = rows->boolean(0, 4);
    table.lastVacuum = rows->optionalTime(0, 5);
    const bool isOver = table.deadRows > 2 * table.vacuumsAt;
    m_overSince = isOver ? std::optional(m_overSince.value_or(health.at)) : std::nullopt;
    table.overSince = m_overSince;
    if (isOver) {
        if (auto added = addOldestSnapshot(table); !added)
            return added.error();
    }
    health.table = table;
    return {};
}

/// Only roles with pg_read_all_stats see the snapshots of others.
Result<void> PgOutboxHealth::addOldestSnapshot(TableHealth& table)
{
    const auto rows = m_connection.query(
        "SELECT " + PgSessions::columns()
        + " FROM (SELECT pid, pid::text AS virtualtransaction, age(backend_xmin) AS age"
          " FROM pg_stat_activity WHERE backend_xmin IS NOT NULL AND pid <> pg_backend_pid()"
          " AND datname = current_database() ORDER BY 3 DESC LIMIT 1) AS l"
        + withActivity);
    if (!rows)
        return rows.error();
    if (!rows->isEmpty())
        table.oldestSnapshot = m_sessions.sessionAt(*rows, 0, 0);
    return {};
}

} // namespace outboard
