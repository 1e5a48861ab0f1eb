// SPDX-License-Identifier: GPL-3.0-or-later
#include "outbox/deadtable.h"

#include "outbox/mappedcolumns.h"
#include "outbox/sqltext.h"

#include <QByteArrayList>
#include <QCoreApplication>

#include <utility>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

QStringList timeNames()
{
    return {u"dead_at"_s, u"failed_at"_s, u"died_at"_s, u"dead_lettered_at"_s, u"last_error_at"_s};
}

QStringList errorNames()
{
    return {
        u"failure_reason"_s,
        u"last_error"_s,
        u"error"_s,
        u"error_message"_s,
        u"exception"_s,
        u"reason"_s,
        u"traceback"_s};
}

QStringList attemptNames()
{
    return {
        u"attempts"_s,
        u"retries"_s,
        u"retry_count"_s,
        u"attempt_count"_s,
        u"retry"_s,
        u"Retries"_s};
}

std::optional<PgColumn> copyOf(const PgColumn* column)
{
    return column ? std::optional(*column) : std::nullopt;
}

QByteArray nameOf(const PgColumn& column)
{
    return column.sql();
}

/// Of what the profile spells, as far as this table has it.
std::optional<PgColumn> valueOf(const Result<PgColumn>& found)
{
    return found ? std::optional(*found) : std::nullopt;
}

QByteArray textOf(const std::optional<PgColumn>& column)
{
    return column ? nameOf(*column) + "::text" : QByteArray("NULL");
}

QByteArray timeOf(const std::optional<PgColumn>& column)
{
    return column && column->kind == PgKind::Time ? sqltext::micros(nameOf(*column))
                                                  : QByteArray("NULL");
}

QByteArray payloadOf(const std::optional<PgColumn>& column)
{
    if (column && column->kind == PgKind::Bytes)
        return "encode(" + nameOf(*column) + ", 'hex')";
    return textOf(column);
}

QByteArray anyOf(const PgColumn& column)
{
    return column.operand() + " = ANY($1::" + column.castType() + "[])";
}

} // namespace

DeadTable::DeadTable(PgTable table)
    : m_table(std::move(table))
{}

const PgColumn* DeadTable::firstOf(const QStringList& names) const
{
    for (const QString& name : names) {
        if (const PgColumn* column = name.isEmpty() ? nullptr : m_table.column(name))
            return column;
    }
    return nullptr;
}

void DeadTable::findDeath()
{
    m_diedAt = copyOf(firstOf(timeNames()));
    m_error = copyOf(firstOf(errorNames()));
    m_attempts = copyOf(firstOf(attemptNames()));
}

Result<DeadTable> DeadTable::ofOutbox(
    const OutboxSettings& settings, const PgTable& table, const PgColumn& eventId)
{
    DeadTable made(table);
    const auto id = table.require(settings.columns.id, u"outbox.columns.id"_s);
    if (!id)
        return id.error();
    made.m_id = *id;
    made.m_eventId = eventId;
    made.m_topic = valueOf(topicColumn(table, settings.columns.topic, {}));
    made.m_payload = valueOf(payloadColumn(table, settings.columns.payload, {}));
    made.m_createdAt = copyOf(table.column(settings.columns.createdAt));
    made.m_key = copyOf(made.firstOf({settings.columns.key}));
    made.m_condition = settings.dead.trimmed().toUtf8();
    made.findDeath();
    return made;
}

Result<DeadTable> DeadTable::ofDeadLetters(const OutboxSettings& settings, const PgTable& table)
{
    DeadTable made(table);
    const OutboxColumns& columns = settings.columns;
    const PgColumn* id = made.firstOf({u"id"_s, columns.id, u"uuid"_s, u"event_id"_s});
    if (!id)
        return table.require(u"id"_s, u"outbox.dead_table"_s).error();
    made.m_id = *id;
    const PgColumn* event = made.firstOf(
        {u"event_id"_s, u"message_id"_s, u"task_id"_s, columns.eventId, u"outbox_id"_s});
    made.m_eventId = event ? *event : *id;
    made.m_topic = valueOf(topicColumn(table, columns.topic, {}));
    if (!made.m_topic)
        made.m_topic = copyOf(made.firstOf(
            {u"topic"_s,
             u"task_name"_s,
             u"event_type"_s,
             u"destination"_s,
             u"routing_key"_s,
             u"type"_s}));
    made.m_payload = valueOf(payloadColumn(table, columns.payload, {}));
    if (!made.m_payload)
        made.m_payload =
            copyOf(made.firstOf({u"payload"_s, u"data"_s, u"body"_s, u"message"_s, u"kwargs"_s}));
    made.m_createdAt = copyOf(made.firstOf({columns.createdAt, u"created_at"_s}));
    made.m_key = copyOf(made.firstOf({columns.key}));
    made.findDeath();
    return made;
}

/// By the table's own column: a bare name would mean the column of the answer, which is text.
QByteArray DeadTable::orderById() const
{
    return " ORDER BY " + m_table.sql() + '.' + m_id.operand();
}

SqlStatement DeadTable::page(
    const std::optional<OutboxRowId>& after,
    const std::optional<QByteArray>& until,
    qint64 limit) const
{
    SqlParameters parameters;
    QByteArrayList conditions;
    const auto bound = [&](const QByteArray& comparison, const QByteArray& value) {
        conditions << m_id.operand() + comparison + parameters.add(value) + "::" + m_id.castType();
    };
    if (!m_condition.isEmpty())
        conditions << '(' + m_condition + ')';
    if (after)
        bound(" > ", after->bytes());
    if (until)
        bound(" <= ", *until);
    QByteArray sql = "SELECT " + nameOf(m_id) + "::text, " + m_eventId.sql() + "::text, "
                     + textOf(m_topic) + ", " + payloadOf(m_payload) + ", " + timeOf(m_createdAt)
                     + ", " + textOf(m_key) + ", " + timeOf(m_diedAt) + ", " + textOf(m_error)
                     + ", " + textOf(m_attempts) + ", to_json(" + m_table.sql() + ".*)::text FROM "
                     + m_table.sql();
    if (!conditions.isEmpty())
        sql += " WHERE " + conditions.join(" AND ");
    sql += orderById() + " LIMIT " + QByteArray::number(limit);
    return {sql, parameters.values};
}

SqlStatement DeadTable::windowEnd(const std::optional<OutboxRowId>& after, qint64 rows) const
{
    SqlParameters parameters;
    QByteArray where;
    if (after)
        where = " WHERE " + m_id.operand() + " > " + parameters.add(after->bytes())
                + "::" + m_id.castType();
    return {
        "SELECT " + nameOf(m_id) + "::text FROM " + m_table.sql() + where + orderById() + " OFFSET "
            + QByteArray::number(rows - 1) + " LIMIT 1",
        parameters.values};
}

SqlStatement DeadTable::count(qint64 cap) const
{
    return {
        "SELECT count(*) FROM (SELECT 1 FROM " + m_table.sql()
            + (m_condition.isEmpty() ? QByteArray() : QByteArray(" WHERE (" + m_condition + ')'))
            + " LIMIT " + QByteArray::number(cap + 1) + ") AS counted",
        {}};
}

SqlStatement DeadTable::generatedColumns() const
{
    return {
        "SELECT attname FROM pg_attribute WHERE attrelid = $1::oid AND attnum > 0 "
        "AND NOT attisdropped AND attgenerated <> ''",
        {QByteArray::number(m_table.oid)}};
}

SqlStatement DeadTable::remove(const std::vector<QByteArray>& ids) const
{
    return {
        "DELETE FROM " + m_table.sql() + " WHERE " + anyOf(m_id)
            + (m_condition.isEmpty() ? QByteArray() : QByteArray(" AND (" + m_condition + ')'))
            + " RETURNING " + nameOf(m_id) + "::text",
        {sqltext::arrayLiteral(ids)}};
}

SqlStatement DeadTable::insert(const QByteArray& rowsAsJson, const QStringList& generated) const
{
    QByteArrayList columns;
    for (const PgColumn& column : m_table.columns) {
        if (!generated.contains(column.name))
            columns << nameOf(column);
    }
    const QByteArray list = columns.join(", ");
    return {
        "INSERT INTO " + m_table.sql() + " (" + list + ") OVERRIDING SYSTEM VALUE SELECT " + list
            + " FROM json_populate_recordset(NULL::" + m_table.sql()
            + ", $1::json) ON CONFLICT DO NOTHING RETURNING " + nameOf(m_id) + "::text",
        {rowsAsJson}};
}

SqlStatement DeadTable::present(const std::vector<QByteArray>& ids) const
{
    return {
        "SELECT " + nameOf(m_id) + "::text FROM " + m_table.sql() + " WHERE " + anyOf(m_id),
        {sqltext::arrayLiteral(ids)}};
}

DeadRow DeadTable::row(const PgRows& rows, qsizetype index) const
{
    DeadRow row;
    row.id = OutboxRowId(rows.value(index, 0));
    row.eventId = EventId(rows.value(index, 1));
    row.topic = TopicName(rows.value(index, 2));
    row.payload = rows.optional(index, 3);
    if (row.payload && m_payload->kind == PgKind::Bytes)
        row.payload = QByteArray::fromHex(*row.payload);
    row.createdAt = rows.optionalTime(index, 4);
    row.key = rows.optional(index, 5);
    row.diedAt = rows.optionalTime(index, 6);
    row.error = rows.text(index, 7);
    bool isNumber = false;
    const qint64 attempts = rows.value(index, 8).toLongLong(&isNumber);
    if (isNumber)
        row.deliveries = attempts;
    row.original = rows.value(index, 9);
    return row;
}

} // namespace outboard
