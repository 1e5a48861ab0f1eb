// SPDX-License-Identifier: GPL-3.0-or-later
#include "outbox/outboxmapping.h"

#include "outbox/mappedcolumns.h"
#include "outbox/sqltext.h"

#include <QCoreApplication>
#include <QRegularExpression>

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
        Result<PgColumn> found;
    };

    const Wanted wanted[] = {
        {&m_id, m_table.require(columns.id, u"outbox.columns.id"_s)},
        {&m_topic, topicColumn(m_table, columns.topic, u"outbox.columns.topic"_s)},
        {&m_payload, payloadColumn(m_table, columns.payload, u"outbox.columns.payload"_s)},
        {&m_eventId, eventIdColumn(m_table, columns.eventId, u"outbox.columns.event_id"_s)},
    };
    for (const Wanted& want : wanted) {
        if (!want.found)
            return want.found.error();
        *want.column = *want.found;
    }
    if (!columns.key.isEmpty()) {
        auto found = m_table.require(columns.key, u"outbox.columns.key"_s);
        if (!found)
            return found.error();
        m_key = *found;
    }
    return columns.createdAt.isEmpty() ? Result<void>() : setTime(columns.createdAt);
}

Result<void> OutboxMapping::setTime(const QString& createdAt)
{
    const auto found = m_table.require(createdAt, u"outbox.columns.created_at"_s);
    if (!found)
        return found.error();
    m_createdAt = *found;
    if (found->kind == PgKind::Time || found->kind == PgKind::Date)
        return {};
    return Error{
        Error::Kind::Refused,
        QCoreApplication::translate(
            "outboard",
            "Column \"%1\" of table %2 is of type %3, not a timestamp. Set "
            "\"outbox.columns.created_at\" in the profile to a timestamp column.")
            .arg(found->name, tableName(), QString::fromUtf8(found->type)),
        {}};
}

Result<void> OutboxMapping::setConditions(const OutboxSettings& settings)
{
    struct Condition
    {
        QByteArray* into;
        const QString& sql;
        QString key;
    };

    const Condition conditions[] = {
        {&m_unpublished, settings.unpublished, u"outbox.unpublished"_s},
        {&m_inFlight, settings.inFlight, u"outbox.in_flight"_s},
        {&m_published, settings.published, u"outbox.published"_s},
        {&m_dead, settings.dead, u"outbox.dead"_s},
    };
    for (const Condition& condition : conditions) {
        if (condition.sql.isEmpty())
            continue;
        if (auto checked = sqltext::checkFragment(condition.sql, condition.key); !checked)
            return checked;
        *condition.into = condition.sql.trimmed().toUtf8();
    }
    return settings.markPublished.isEmpty() ? Result<void>() : setMark(settings.markPublished);
}

Result<void> OutboxMapping::setMark(const QString& markPublished)
{
    if (markPublished.trimmed().compare(u"DELETE"_s, Qt::CaseInsensitive) == 0) {
        m_isDeleting = true;
        return {};
    }
    if (auto checked = sqltext::checkFragment(markPublished, u"outbox.mark_published"_s); !checked)
        return checked;
    m_mark = markPublished.trimmed().toUtf8();
    // The time of publishing is the first timestamp that marking a row sets to the present; another
    // one is when the row may be swept, for instance.
    static const QRegularExpression present(
        u"=\\s*(now\\(\\)|(current|local|clock|statement|transaction)_?timestamp(\\(\\))?)"
        "(\\s+at\\s+time\\s+zone\\s+'[^']*')?\\s*$"_s,
        QRegularExpression::CaseInsensitiveOption);
    for (const QString& assignment : sqltext::splitList(markPublished)) {
        const QString name = sqltext::assignedColumns(assignment).value(0);
        auto found = m_table.require(name, u"outbox.mark_published"_s);
        if (!found)
            return found.error();
        if (!m_publishedAt && found->kind == PgKind::Time && present.match(assignment).hasMatch())
            m_publishedAt = *found;
    }
    return {};
}

bool OutboxMapping::isQueue() const
{
    return m_isDeleting && m_unpublished.toLower() == "true" && m_dead.isEmpty()
           && m_inFlight.isEmpty();
}

QString OutboxMapping::tableName() const
{
    return m_table.spelled();
}

/// Dead rows and those that a relay holds are not waiting, even where the unpublished condition
/// alone does not leave them out.
QByteArray OutboxMapping::waiting() const
{
    if (!knowsUnpublished())
        return "false";
    QByteArray condition = '(' + m_unpublished + ')';
    for (const QByteArray& other : {m_dead, m_inFlight}) {
        if (!other.isEmpty())
            condition += " AND (" + other + ") IS NOT TRUE";
    }
    return condition;
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
    return m_payload.sql() + (m_payload.kind == PgKind::Text ? "" : "::text");
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
