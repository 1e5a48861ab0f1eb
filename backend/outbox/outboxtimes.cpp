// SPDX-License-Identifier: GPL-3.0-or-later
// The part of OutboxMapping that walks through the rows of a time.
#include "outbox/outboxmapping.h"
#include "outbox/sqltext.h"

namespace outboard {

namespace {

QByteArray number(qint64 value)
{
    return QByteArray::number(value);
}

/// `time` is in microseconds or NULL, which is in no window.
QByteArray isWithin(const QByteArray& time, const QByteArray& since, const QByteArray& until)
{
    return "coalesce(" + time + " BETWEEN " + since + "::bigint AND " + until + "::bigint, false)";
}

} // namespace

SqlStatement OutboxMapping::idBounds() const
{
    const QByteArray id = sqltext::identifier(m_id.name);
    return {"SELECT min(" + id + "), max(" + id + ") FROM " + m_table.sql()};
}

SqlStatement OutboxMapping::createdFrom(qint64 id) const
{
    SqlParameters parameters;
    const QByteArray from = idBound(parameters, ">=", number(id));
    return {
        "SELECT " + sqltext::micros(createdText()) + " FROM " + m_table.sql() + " WHERE " + from
            + orderById() + " LIMIT 1",
        parameters.values};
}

SqlStatement OutboxMapping::timedRows(
    const RowWindow& window, const std::optional<OutboxRowId>& after, qint64 limit) const
{
    SqlParameters parameters;
    const QByteArray since = parameters.add(number(window.since.time_since_epoch().count()));
    const QByteArray until = parameters.add(number(window.until.time_since_epoch().count()));
    const QByteArray from =
        after ? " WHERE " + idBound(parameters, ">", after->bytes()) : QByteArray();
    const QByteArray published = m_publishedAt
                                     ? sqltext::micros(sqltext::identifier(m_publishedAt->name))
                                     : QByteArray("NULL::bigint");
    return {
        "WITH looked AS MATERIALIZED (SELECT " + m_id.operand() + " AS place, "
            + sqltext::identifier(m_id.name) + "::text AS id, " + m_eventId.sql()
            + "::text AS event, " + m_topic.sql() + "::text AS topic, "
            + sqltext::micros(createdText()) + " AS created, " + published + " AS published, "
            + stateNumber() + " AS state FROM " + m_table.sql() + from + orderById() + " LIMIT "
            + number(limit) + "), judged AS (SELECT looked.*, " + isWithin("created", since, until)
            + " OR " + isWithin("published", since, until)
            + " AS is_within FROM looked) SELECT id, event, topic, created, published, state, "
              "is_within, (SELECT count(*) FROM looked), (SELECT min(created) FROM looked)"
              " FROM judged WHERE is_within OR id = (SELECT id FROM looked ORDER BY place DESC"
              " LIMIT 1) ORDER BY place",
        parameters.values};
}

TimedRow OutboxMapping::timedRow(const PgRows& rows, qsizetype index) const
{
    TimedRow row;
    row.id = OutboxRowId(rows.value(index, 0));
    row.eventId = EventId(rows.value(index, 1));
    row.topic = TopicName(rows.value(index, 2));
    row.createdAt = rows.optionalTime(index, 3);
    row.publishedAt = rows.optionalTime(index, 4);
    row.state = stateOf(rows.integer(index, 5));
    return row;
}

} // namespace outboard
