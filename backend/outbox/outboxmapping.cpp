// SPDX-License-Identifier: GPL-3.0-or-later
#include "outbox/outboxmapping.h"

#include "outbox/sqltext.h"

#include <QCoreApplication>

namespace outboard {

using namespace Qt::StringLiterals;

Result<OutboxMapping> OutboxMapping::make(const OutboxSettings& settings, PgTable table)
{
    OutboxMapping mapping(std::move(table));
    if (auto set = mapping.setColumns(settings.columns); !set)
        return set.error();
    if (auto set = mapping.setConditions(settings); !set)
        return set.error();
    return mapping;
}

OutboxMapping::OutboxMapping(PgTable table)
    : m_table(std::move(table))
{}

Result<void> OutboxMapping::setColumns(const OutboxColumns& columns)
{
    struct Wanted
    {
        PgColumn* column;
        const QString& name;
        QString key;
    };

    const Wanted wanted[] = {
        {&m_id, columns.id, u"outbox.columns.id"_s},
        {&m_topic, columns.topic, u"outbox.columns.topic"_s},
        {&m_payload, columns.payload, u"outbox.columns.payload"_s},
        {&m_createdAt, columns.createdAt, u"outbox.columns.created_at"_s},
    };
    for (const Wanted& want : wanted) {
        auto found = m_table.require(want.name, want.key);
        if (!found)
            return found.error();
        *want.column = *found;
    }
    auto eventId = eventIdColumn(columns);
    if (!eventId)
        return eventId.error();
    m_eventId = *eventId;
    if (!columns.key.isEmpty()) {
        auto found = m_table.require(columns.key, u"outbox.columns.key"_s);
        if (!found)
            return found.error();
        m_key = *found;
    }
    if (m_createdAt.kind == PgKind::Time || m_createdAt.kind == PgKind::Date)
        return {};
    return Error{
        Error::Kind::Refused,
        QCoreApplication::translate(
            "outboard",
            "Column \"%1\" of table %2 is of type %3, not a timestamp. Set "
            "\"outbox.columns.created_at\" in the profile to a timestamp column.")
            .arg(m_createdAt.name, tableName(), QString::fromUtf8(m_createdAt.type)),
        {}};
}

/// A column, or ("payload.order_id") a path inside the JSON payload, as the broker's mapping has
/// it.
Result<PgColumn> OutboxMapping::eventIdColumn(const OutboxColumns& columns) const
{
    const QString key = u"outbox.columns.event_id"_s;
    const QString prefix = columns.payload + u'.';
    if (m_table.column(columns.eventId) || !columns.eventId.startsWith(prefix))
        return m_table.require(columns.eventId, key);
    if (m_payload.kind != PgKind::Json) {
        return Error{
            Error::Kind::Refused,
            QCoreApplication::translate(
                "outboard",
                "The event id is looked for inside column \"%1\" of table %2, which is of type %3, "
                "not json or jsonb. Set \"%4\" in the profile to the column that holds the id that "
                "the ledgers know.")
                .arg(columns.payload, tableName(), QString::fromUtf8(m_payload.type), key),
            {}};
    }
    std::vector<QByteArray> path;
    for (const QString& step : columns.eventId.mid(prefix.size()).split(u'.'))
        path.push_back(step.toUtf8());
    PgColumn inside;
    inside.name = columns.eventId;
    inside.type = "text";
    inside.kind = PgKind::Text;
    inside.expression = '(' + m_payload.sql() + " #>> "
                        + sqltext::literal(sqltext::arrayLiteral(path)) + "::text[])";
    return inside;
}

Result<void> OutboxMapping::setConditions(const OutboxSettings& settings)
{
    if (auto checked = sqltext::checkFragment(settings.unpublished, u"outbox.unpublished"_s);
        !checked)
        return checked;
    if (auto checked = sqltext::checkFragment(settings.markPublished, u"outbox.mark_published"_s);
        !checked)
        return checked;
    if (!settings.dead.isEmpty()) {
        if (auto checked = sqltext::checkFragment(settings.dead, u"outbox.dead"_s); !checked)
            return checked;
    }
    m_unpublished = settings.unpublished.trimmed().toUtf8();
    m_mark = settings.markPublished.trimmed().toUtf8();
    m_dead = settings.dead.trimmed().toUtf8();
    // The time of publishing is the first timestamp that marking a row sets.
    for (const QString& name : sqltext::assignedColumns(settings.markPublished)) {
        auto found = m_table.require(name, u"outbox.mark_published"_s);
        if (!found)
            return found.error();
        if (!m_publishedAt && found->kind == PgKind::Time)
            m_publishedAt = *found;
    }
    return {};
}

QString OutboxMapping::tableName() const
{
    return m_table.schema == u"public" ? m_table.name
                                       : QString(m_table.schema + u'.' + m_table.name);
}

/// Dead rows are not waiting, even where the unpublished condition alone does not leave them out.
QByteArray OutboxMapping::waiting() const
{
    const QByteArray condition = '(' + m_unpublished + ')';
    return m_dead.isEmpty() ? condition : condition + " AND (" + m_dead + ") IS NOT TRUE";
}

QByteArray OutboxMapping::topicCondition(QByteArray array) const
{
    const QByteArray topic = m_topic.operand();
    return '(' + topic + " = ANY(" + array + ") OR (" + topic + " IS NULL AND '' = ANY(" + array
           + ")))";
}

/// By the table's own column: a bare name would mean the column of the answer, which is text.
QByteArray OutboxMapping::orderById() const
{
    return " ORDER BY " + m_table.sql() + '.' + m_id.operand();
}

QByteArray OutboxMapping::payloadText() const
{
    return sqltext::identifier(m_payload.name) + (m_payload.kind == PgKind::Text ? "" : "::text");
}

/// The stored bytes in a form that depends on no conversion: text as it is, bytea in hex. `bytes`,
/// where not empty, cuts on the server, so that a preview does not carry megabytes.
QByteArray OutboxMapping::payload(QByteArray bytes) const
{
    if (m_payload.kind == PgKind::Bytes) {
        const QByteArray column = sqltext::identifier(m_payload.name);
        return "encode("
               + (bytes.isEmpty() ? column : "substring(" + column + " from 1 for " + bytes + ')')
               + ", 'hex')";
    }
    return bytes.isEmpty() ? payloadText() : "left(" + payloadText() + ", " + bytes + ')';
}

QByteArray OutboxMapping::idArray(const PgColumn& column, int parameter) const
{
    return column.operand() + " = ANY($" + QByteArray::number(parameter) + "::" + column.castType()
           + "[])";
}

} // namespace outboard
