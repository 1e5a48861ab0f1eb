// SPDX-License-Identifier: GPL-3.0-or-later
// The part of OutboxMapping that monitoring asks each round.
#include "outbox/outboxmapping.h"
#include "outbox/sqltext.h"

namespace outboard {

using namespace Qt::StringLiterals;
using sqltext::identifier;
using sqltext::micros;

namespace {

/// The first of these columns that the table has with this type; NULL without one.
QByteArray firstColumn(const PgTable& table, const QStringList& names, PgKind kind)
{
    for (const QString& name : names) {
        const PgColumn* column = table.column(name);
        if (column && column->kind == kind)
            return identifier(name);
    }
    return "NULL";
}

QByteArray attemptsText(const PgTable& table)
{
    static const QStringList names{
        u"attempts"_s, u"attempt_count"_s, u"retries"_s, u"retry_count"_s, u"retry"_s};
    return firstColumn(table, names, PgKind::Integer);
}

QByteArray errorText(const PgTable& table)
{
    static const QStringList names{u"last_error"_s, u"error"_s, u"failure_reason"_s};
    return "left(" + firstColumn(table, names, PgKind::Text) + ", 300)";
}

} // namespace

QByteArray OutboxMapping::createdText() const
{
    return m_createdAt ? m_createdAt->sql() : QByteArray("NULL::timestamptz");
}

SqlStatement OutboxMapping::backlog(qint64 cap) const
{
    const QByteArray id = identifier(m_id.name);
    const QByteArray lowest = hasIntegerIds() ? "min(id)" : "NULL::bigint";
    return {
        "WITH waiting AS MATERIALIZED (SELECT " + id + " AS id, " + m_topic.sql()
        + "::text AS topic, " + createdText() + " AS created FROM " + m_table.sql() + " WHERE "
        + waiting() + orderById() + " LIMIT " + QByteArray::number(cap + 1)
        + ") SELECT grouping(topic) = 1, topic, count(*), " + micros("min(created)") + ", " + lowest
        + ", " + micros("now()")
        + " FROM waiting GROUP BY GROUPING SETS ((), (topic)) ORDER BY 1 DESC, 2"};
}

SqlStatement OutboxMapping::unpublishedEstimate() const
{
    return {"EXPLAIN (FORMAT JSON) SELECT 1 FROM " + m_table.sql() + " WHERE " + waiting()};
}

SqlStatement OutboxMapping::deadEstimate() const
{
    return {"EXPLAIN (FORMAT JSON) SELECT 1 FROM " + m_table.sql() + " WHERE (" + m_dead + ')'};
}

SqlStatement OutboxMapping::deadCount(qint64 cap) const
{
    return {
        "SELECT count(*) FROM (SELECT 1 FROM " + m_table.sql() + " WHERE (" + m_dead + ") LIMIT "
        + QByteArray::number(cap + 1) + ") AS counted"};
}

SqlStatement OutboxMapping::newest(Newest order, qint64 limit) const
{
    QByteArray selection;
    switch (order) {
    case Newest::ById: selection = orderById() + " DESC"; break;
    case Newest::ByCreation: selection = " ORDER BY " + createdText() + " DESC"; break;
    case Newest::All: break;
    }
    const QByteArray published =
        m_publishedAt ? identifier(m_publishedAt->name) : "NULL::timestamptz";
    return {
        "WITH newest AS MATERIALIZED (SELECT " + m_topic.sql() + "::text AS topic, " + createdText()
        + " AS created, " + published + " AS published, (" + waiting() + ") AS waits FROM "
        + m_table.sql() + selection + " LIMIT " + QByteArray::number(limit)
        + ") SELECT grouping(topic) = 1, topic, count(*),"
          " count(*) FILTER (WHERE created > now() - interval '1 minute'),"
          " count(*) FILTER (WHERE published > now() - interval '1 minute'), "
        + micros("min(created)") + ", " + micros("max(published)")
        + ", count(*) FILTER (WHERE waits), " + micros("now()")
        + " FROM newest GROUP BY GROUPING SETS ((), (topic)) ORDER BY 1 DESC, 2"};
}

SqlStatement OutboxMapping::highestId() const
{
    return {"SELECT max(" + identifier(m_id.name) + ") FROM " + m_table.sql()};
}

SqlStatement OutboxMapping::lastPublishedBelow(qint64 lowestWaitingId) const
{
    const QByteArray published =
        m_publishedAt ? identifier(m_publishedAt->name) : "NULL::timestamptz";
    return {
        "SELECT " + micros("max(published)") + " FROM (SELECT " + published + " AS published FROM "
            + m_table.sql() + " WHERE " + identifier(m_id.name) + " < $1::bigint" + orderById()
            + " DESC LIMIT 500) AS below",
        {QByteArray::number(lowestWaitingId)}};
}

SqlStatement OutboxMapping::head() const
{
    const QByteArray key = m_key ? QByteArray(identifier(m_key->name) + "::text") : "NULL";
    return {
        "SELECT " + identifier(m_id.name) + "::text, " + m_topic.sql() + "::text, " + key
        + ", xmax::text, " + attemptsText(m_table) + ", " + errorText(m_table) + " FROM "
        + m_table.sql() + " WHERE " + waiting() + orderById() + " LIMIT 1"};
}

SqlStatement OutboxMapping::waitingOfKey(const QByteArray& key, qint64 cap) const
{
    Q_ASSERT(m_key);
    return {
        "SELECT count(*) FROM (SELECT " + identifier(m_key->name) + "::text AS key FROM "
            + m_table.sql() + " WHERE " + waiting() + orderById() + " LIMIT "
            + QByteArray::number(cap) + ") AS first WHERE key = $1",
        {key}};
}

std::vector<SqlStatement> OutboxMapping::equivalenceProof(const QByteArray& indexPredicate) const
{
    const QByteArray explain = "EXPLAIN (COSTS OFF) SELECT 1 FROM " + m_table.sql() + " WHERE ";
    return {
        {explain + '(' + m_unpublished + ") AND NOT (" + indexPredicate + ')'},
        {explain + '(' + indexPredicate + ") AND NOT (" + m_unpublished + ')'}};
}

QString OutboxMapping::indexAdvice() const
{
    return QString::fromUtf8(
        "CREATE INDEX CONCURRENTLY ON " + m_table.sql() + " (" + identifier(m_id.name) + ") WHERE "
        + m_unpublished + ';');
}

} // namespace outboard
