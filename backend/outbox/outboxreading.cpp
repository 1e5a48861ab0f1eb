// SPDX-License-Identifier: GPL-3.0-or-later
// The part of OutboxMapping that reads rows and marks them.
#include "outbox/outboxmapping.h"
#include "outbox/sqltext.h"

#include <algorithm>
#include <cctype>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

QByteArray where(const QByteArrayList& conditions)
{
    return conditions.isEmpty() ? QByteArray() : QByteArray(" WHERE " + conditions.join(" AND "));
}

std::vector<QByteArray> bytesOf(const QList<TopicName>& topics)
{
    std::vector<QByteArray> bytes;
    for (const TopicName& topic : topics)
        bytes.push_back(topic.bytes());
    return bytes;
}

/// A pattern for ILIKE that finds the text itself.
QByteArray containing(const QString& text)
{
    QString pattern = text;
    pattern.replace(u'\\', u"\\\\"_s).replace(u'%', u"\\%"_s).replace(u'_', u"\\_"_s);
    return '%' + pattern.toUtf8() + '%';
}

/// At most `limit` bytes, without cutting a character in two.
QByteArray cut(QByteArray bytes, qint64 limit)
{
    if (limit <= 0 || bytes.size() <= limit)
        return bytes;
    qsizetype end = limit;
    while (end > 0 && end > limit - 4 && (static_cast<uchar>(bytes.at(end)) & 0xC0U) == 0x80U)
        --end;
    return bytes.left(end);
}

/// The statement with its values in the places of $1, $2 …, in one pass.
QByteArray writtenOut(const SqlStatement& statement)
{
    QByteArray text;
    for (qsizetype i = 0; i < statement.sql.size(); ++i) {
        qsizetype end = i + 1;
        while (end < statement.sql.size() && std::isdigit(statement.sql.at(end)))
            ++end;
        const qint64 place = statement.sql.mid(i + 1, end - i - 1).toLongLong();
        if (statement.sql.at(i) != '$' || place < 1) {
            text += statement.sql.at(i);
            continue;
        }
        const auto& value = statement.parameters.at(static_cast<std::size_t>(place) - 1);
        text += sqltext::literal(value.value_or(QByteArray()));
        i = end - 1;
    }
    return text;
}

} // namespace

QByteArray OutboxMapping::rowColumns(qint64 payloadBytes) const
{
    const auto column = [](const PgColumn& c) { return sqltext::identifier(c.name); };
    const QByteArray size = m_payload.kind == PgKind::Bytes ? column(m_payload) : payloadText();
    QByteArray published = "NULL";
    if (m_publishedAt)
        published = sqltext::micros(column(*m_publishedAt));
    QByteArray key = "NULL";
    if (m_key)
        key = column(*m_key) + "::text";
    return sqltext::identifier(m_id.name) + "::text, " + m_eventId.sql() + "::text, "
           + m_topic.sql() + "::text, "
           + payload(payloadBytes > 0 ? QByteArray::number(payloadBytes) : QByteArray()) + ", "
           + sqltext::micros(createdText()) + ", " + key + ", octet_length(" + size + "), "
           + published + ", " + stateNumber();
}

QByteArray OutboxMapping::stateNumber() const
{
    return "CASE WHEN " + stateCondition(RowState::Dead) + " THEN 2 WHEN "
           + stateCondition(RowState::InFlight) + " THEN 3 WHEN "
           + stateCondition(RowState::Unpublished) + " THEN 0 WHEN "
           + stateCondition(RowState::Published) + " THEN 1 ELSE 4 END";
}

RowState OutboxMapping::stateOf(qint64 number)
{
    constexpr RowState states[] = {
        RowState::Unpublished,
        RowState::Published,
        RowState::Dead,
        RowState::InFlight,
        RowState::Other};
    return states[std::clamp<qint64>(number, 0, 4)];
}

QByteArray OutboxMapping::stateCondition(RowState state) const
{
    const auto met = [](const QByteArray& condition) {
        return condition.isEmpty() ? QByteArray("false") : '(' + condition + ')';
    };
    const auto but = [&](RowState other) -> QByteArray {
        return " AND (" + stateCondition(other) + ") IS NOT TRUE";
    };
    switch (state) {
    case RowState::Unpublished: return waiting();
    case RowState::Dead: return met(m_dead);
    case RowState::InFlight: return met(m_inFlight) + but(RowState::Dead);
    case RowState::Published:
        if (!knowsUnpublished() && m_published.isEmpty())
            return "false";
        return (m_published.isEmpty() ? '(' + met(m_unpublished) + ") IS NOT TRUE"
                                      : met(m_published))
               + but(RowState::Dead) + but(RowState::InFlight);
    case RowState::Other:
        return '(' + waiting() + ") IS NOT TRUE" + but(RowState::Published) + but(RowState::Dead)
               + but(RowState::InFlight);
    }
    return "false";
}

QByteArray OutboxMapping::idCondition(SqlParameters& parameters, const QString& text) const
{
    QByteArray condition = "(false";
    for (const PgColumn* column : {&m_id, &m_eventId}) {
        if (const auto value = column->canonical(text.toUtf8()))
            condition += " OR " + column->operand() + " = " + parameters.add(*value)
                         + "::" + column->castType();
    }
    return condition + ')';
}

QByteArray OutboxMapping::payloadCondition(SqlParameters& parameters, const QString& text) const
{
    if (m_payload.kind != PgKind::Bytes)
        return payloadText() + " ILIKE " + parameters.add(containing(text));
    return "position(convert_to(" + parameters.add(text.toUtf8()) + ", 'UTF8') in "
           + m_payload.sql() + ") > 0";
}

QByteArray OutboxMapping::idBound(
    SqlParameters& parameters, const QByteArray& comparison, const QByteArray& value) const
{
    return m_id.operand() + ' ' + comparison + ' ' + parameters.add(value) + "::" + m_id.castType();
}

SqlStatement OutboxMapping::page(
    const OutboxFilter& filter,
    const std::optional<OutboxRowId>& after,
    const std::optional<QByteArray>& until,
    qint64 limit) const
{
    SqlParameters parameters;
    QByteArrayList conditions;
    if (after)
        conditions << idBound(parameters, filter.newestFirst ? "<" : ">", after->bytes());
    if (until)
        conditions << idBound(parameters, filter.newestFirst ? ">=" : "<=", *until);
    if (filter.state)
        conditions << stateCondition(*filter.state);
    if (filter.topic)
        conditions << topicCondition("ARRAY[" + parameters.add(filter.topic->bytes()) + "::text]");
    if (filter.olderThan && !m_createdAt)
        conditions << "false";
    else if (filter.olderThan) {
        conditions << createdText() + " < now() - "
                          + parameters.add(QByteArray::number(qint64(filter.olderThan->count())))
                          + "::bigint * interval '1 millisecond'";
    }
    if (!filter.idText.isEmpty())
        conditions << idCondition(parameters, filter.idText);
    if (!filter.payloadText.isEmpty())
        conditions << payloadCondition(parameters, filter.payloadText);
    return {
        "SELECT " + rowColumns(filter.payloadBytes) + " FROM " + m_table.sql() + where(conditions)
            + orderById() + (filter.newestFirst ? " DESC" : "") + " LIMIT "
            + QByteArray::number(limit),
        parameters.values};
}

SqlStatement OutboxMapping::windowEnd(
    bool newestFirst, const std::optional<OutboxRowId>& after, qint64 rows) const
{
    SqlParameters parameters;
    QByteArrayList conditions;
    if (after)
        conditions << idBound(parameters, newestFirst ? "<" : ">", after->bytes());
    return {
        "SELECT " + sqltext::identifier(m_id.name) + "::text FROM " + m_table.sql()
            + where(conditions) + orderById() + (newestFirst ? " DESC" : "") + " OFFSET "
            + QByteArray::number(rows - 1) + " LIMIT 1",
        parameters.values};
}

SqlStatement OutboxMapping::rowsById(const std::vector<QByteArray>& ids) const
{
    return {
        "SELECT " + rowColumns(0) + " FROM " + m_table.sql() + " WHERE " + idArray(m_id, 1)
            + orderById(),
        {sqltext::arrayLiteral(ids)}};
}

SqlStatement OutboxMapping::rowsByEvent(
    const std::vector<QByteArray>& ids, const std::optional<QByteArray>& from) const
{
    SqlParameters parameters{{sqltext::arrayLiteral(ids)}};
    QByteArrayList conditions{idArray(m_eventId, 1)};
    if (from)
        conditions << idBound(parameters, ">=", *from);
    return {
        "SELECT " + rowColumns(0) + " FROM " + m_table.sql() + where(conditions) + orderById(),
        parameters.values};
}

SqlStatement OutboxMapping::laterOfKeys(
    const QList<QByteArray>& keys,
    const OutboxRowId& after,
    const std::optional<QByteArray>& until,
    qint64 limit) const
{
    Q_ASSERT(m_key);
    SqlParameters parameters;
    const QByteArray key = sqltext::identifier(m_key->name) + "::text";
    QByteArrayList conditions{idBound(parameters, ">", after.bytes())};
    if (until)
        conditions << idBound(parameters, "<=", *until);
    conditions << key + " = ANY("
                      + parameters.add(sqltext::arrayLiteral({keys.begin(), keys.end()}))
                      + "::text[])";
    return {
        "SELECT " + sqltext::identifier(m_id.name) + "::text, " + m_eventId.sql() + "::text, " + key
            + ", " + sqltext::micros(createdText()) + " FROM " + m_table.sql() + where(conditions)
            + orderById() + " LIMIT " + QByteArray::number(limit),
        parameters.values};
}

SqlStatement OutboxMapping::count(const QList<TopicName>& topics, qint64 cap) const
{
    SqlParameters parameters;
    QByteArrayList conditions{waiting()};
    if (!topics.isEmpty())
        conditions << topicCondition(
            parameters.add(sqltext::arrayLiteral(bytesOf(topics))) + "::text[]");
    return {
        "SELECT count(*) FROM (SELECT 1 FROM " + m_table.sql() + where(conditions) + " LIMIT "
            + QByteArray::number(cap + 1) + ") AS counted",
        parameters.values};
}

OutboxRow OutboxMapping::row(const PgRows& rows, qsizetype index, qint64 payloadBytes) const
{
    OutboxRow row;
    row.id = OutboxRowId(rows.value(index, 0));
    row.eventId = EventId(rows.value(index, 1));
    row.topic = TopicName(rows.value(index, 2));
    const bool isHex = m_payload.kind == PgKind::Bytes;
    const QByteArray payload = rows.value(index, 3);
    row.payload = isHex ? QByteArray::fromHex(payload) : cut(payload, payloadBytes);
    row.createdAt = rows.optionalTime(index, 4);
    row.key = rows.optional(index, 5);
    row.payloadBytes = rows.integer(index, 6);
    row.publishedAt = rows.optionalTime(index, 7);
    row.state = stateOf(rows.integer(index, 8));
    return row;
}

SqlStatement OutboxMapping::lockBatch(const RelayBatch& batch) const
{
    const QByteArray key =
        m_key ? QByteArray(sqltext::identifier(m_key->name) + "::text") : QByteArray("NULL");
    SqlParameters parameters;
    QByteArrayList conditions{waiting()};
    if (batch.after)
        conditions << idBound(parameters, ">", batch.after->bytes());
    if (!batch.topics.isEmpty())
        conditions << topicCondition(
            parameters.add(sqltext::arrayLiteral(bytesOf(batch.topics))) + "::text[]");
    return {
        "SELECT " + sqltext::identifier(m_id.name) + "::text, " + m_eventId.sql() + "::text, "
            + m_topic.sql() + "::text, " + payload({}) + ", "
            + sqltext::micros(m_createdAt ? createdText() : QByteArray("now()")) + ", " + key
            + " FROM " + m_table.sql() + where(conditions) + orderById() + " LIMIT "
            + QByteArray::number(std::clamp<qint64>(batch.limit, 1, 1000))
            + " FOR UPDATE SKIP LOCKED",
        parameters.values};
}

QByteArray OutboxMapping::markSql() const
{
    if (m_isDeleting)
        return "DELETE FROM " + m_table.sql();
    return "UPDATE " + m_table.sql() + " SET " + m_mark;
}

SqlStatement OutboxMapping::mark(const std::vector<QByteArray>& ids) const
{
    return {markSql() + " WHERE " + idArray(m_id, 1), {sqltext::arrayLiteral(ids)}};
}

OutgoingMessage OutboxMapping::message(const PgRows& rows, qsizetype index) const
{
    OutgoingMessage message;
    message.eventId = EventId(rows.value(index, 1));
    message.topic = TopicName(rows.value(index, 2));
    const QByteArray payload = rows.value(index, 3);
    message.payload = m_payload.kind == PgKind::Bytes ? QByteArray::fromHex(payload) : payload;
    message.createdAt = rows.time(index, 4);
    message.key = rows.optional(index, 5);
    return message;
}

QStringList OutboxMapping::relayScript(const RelayBatch& batch, qint64 lockKey) const
{
    return {
        u"BEGIN;"_s,
        u"SELECT pg_try_advisory_xact_lock(%1);"_s.arg(lockKey),
        QString::fromUtf8(writtenOut(lockBatch(batch))) + u';',
        QString::fromUtf8(
            markSql() + " WHERE " + sqltext::identifier(m_id.name) + " = ANY(:accepted_ids);"),
        u"COMMIT;"_s};
}

QStringList OutboxMapping::readScript() const
{
    OutboxFilter filter;
    QStringList statements{QString::fromUtf8(writtenOut(page(filter, {}, {}, 100))) + u';'};
    if (knowsUnpublished())
        statements << QString::fromUtf8(writtenOut(backlog(10'000))) + u';';
    if (hasDead())
        statements << QString::fromUtf8(writtenOut(deadCount(10'000))) + u';';
    return statements;
}

} // namespace outboard
