// SPDX-License-Identifier: GPL-3.0-or-later
#include "ledger/ledgermapping.h"

#include "outbox/sqltext.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <algorithm>

namespace outboard {

using namespace Qt::StringLiterals;
using sqltext::identifier;

namespace {

Error noUniqueKey(const PgTable& table, const QByteArray& columns)
{
    return Error{
        Error::Kind::Refused,
        QCoreApplication::translate(
            "outboard",
            "Ledger %1 has no unique constraint on %2, so nothing would stop an event from being "
            "applied twice. Add it: ALTER TABLE %3 ADD UNIQUE %2.")
            .arg(table.name, QString::fromUtf8(columns), QString::fromUtf8(table.sql())),
        {}};
}

Error cannotFill(const PgTable& table, const PgColumn& column)
{
    return Error{
        Error::Kind::Refused,
        QCoreApplication::translate(
            "outboard",
            "Column \"%1\" (%2) of ledger %3 must have a value and has no default. Give it one: "
            "ALTER TABLE %4 ALTER COLUMN %5 SET DEFAULT ….")
            .arg(
                column.name,
                QString::fromUtf8(column.type),
                table.name,
                QString::fromUtf8(table.sql()),
                QString::fromUtf8(identifier(column.name))),
        {}};
}

Error cannotMakeDone(const PgTable& table)
{
    return Error{
        Error::Kind::Refused,
        QCoreApplication::translate(
            "outboard",
            "Outboard cannot write rows of ledger %1 that count as done. Write \"done\" in the "
            "profile as column = value, as column IS NOT NULL, or as a boolean column.")
            .arg(table.name),
        {}};
}

/// What fills a required column that the profile says nothing about; Django's auto_now_add and
/// uuid4 defaults exist in Python only.
std::optional<QByteArray> fallbackValue(const PgColumn& column)
{
    static const QStringList counters{
        u"retry"_s, u"retries"_s, u"retry_count"_s, u"attempts"_s, u"attempt_count"_s};
    if (column.kind == PgKind::Integer && counters.contains(column.name))
        return "0";
    // Swept by this time: the present would lose the row at once.
    if (column.kind == PgKind::Time && column.name == u"expires_at")
        return "now() + interval '1 day'";
    if (column.kind == PgKind::Time || column.kind == PgKind::Date)
        return "now()";
    if (column.kind == PgKind::Uuid)
        return "gen_random_uuid()";
    return std::nullopt;
}

/// The column that says when an event was processed; its names in the wild, the surest first.
std::optional<PgColumn> timeColumn(const PgTable& table)
{
    static const QStringList names{
        u"processed_at"_s,
        u"handled_at"_s,
        u"consumed_at"_s,
        u"completed_at"_s,
        u"received_at"_s,
        u"created_at"_s,
        u"added"_s,
        u"timestamp"_s};
    for (const QString& name : names) {
        const PgColumn* column = table.column(name);
        if (column && column->kind == PgKind::Time)
            return *column;
    }
    return std::nullopt;
}

} // namespace

Result<LedgerMapping> LedgerMapping::make(
    const LedgerSettings& settings, PgTable table, const QList<QStringList>& uniqueKeys)
{
    LedgerMapping mapping(std::move(table));
    if (auto set = mapping.setColumns(settings); !set)
        return set.error();
    mapping.m_writable = mapping.checkWritable(uniqueKeys);
    return mapping;
}

LedgerMapping::LedgerMapping(PgTable table)
    : m_table(std::move(table))
{}

Result<void> LedgerMapping::setColumns(const LedgerSettings& settings)
{
    auto eventId = m_table.require(settings.eventId, u"ledgers.event_id"_s);
    if (!eventId)
        return eventId.error();
    m_eventId = *eventId;
    m_time = timeColumn(m_table);
    if (!settings.consumer.isEmpty()) {
        auto consumer = m_table.require(settings.consumer, u"ledgers.consumer"_s);
        if (!consumer)
            return consumer.error();
        m_consumer = *consumer;
    }
    if (settings.done.isEmpty())
        return {};
    m_done = settings.done.trimmed().toUtf8();
    return sqltext::checkFragment(settings.done, u"ledgers.done"_s);
}

/// Whether one of the column sets is the event's, with the consumer where there is one.
bool LedgerMapping::isKey(const QList<QStringList>& uniqueKeys) const
{
    QStringList key{m_eventId.name};
    if (m_consumer)
        key << m_consumer->name;
    key.sort();
    return std::ranges::any_of(uniqueKeys, [&](QStringList columns) {
        columns.sort();
        return columns == key;
    });
}

QString LedgerMapping::keyAdvice(const QList<QStringList>& uniqueKeys) const
{
    if (isKey(uniqueKeys))
        return {};
    return QString::fromUtf8("ALTER TABLE " + m_table.sql() + " ADD UNIQUE " + keyList() + ';');
}

Result<void> LedgerMapping::checkWritable(const QList<QStringList>& uniqueKeys)
{
    if (!isKey(uniqueKeys))
        return noUniqueKey(m_table, keyList());
    if (!m_done.isEmpty()) {
        m_doneValue = makesDone();
        if (!m_doneValue)
            return cannotMakeDone(m_table);
        m_filled << *m_doneValue;
    }
    return fillRequired();
}

Result<void> LedgerMapping::fillRequired()
{
    for (const PgColumn& column : std::as_const(m_table.columns)) {
        const QByteArray quoted = identifier(column.name);
        const bool isSet = column.name == m_eventId.name
                           || (m_consumer && column.name == m_consumer->name)
                           || (m_doneValue && quoted == m_doneValue->column);
        if (isSet || !column.isRequired)
            continue;
        const auto value = fallbackValue(column);
        if (!value)
            return cannotFill(m_table, column);
        m_filled << Filled{quoted, *value};
    }
    return {};
}

/// The assignment that makes the condition true, where it is of a simple form.
std::optional<LedgerMapping::Filled> LedgerMapping::makesDone() const
{
    static const QRegularExpression form(
        u"^(\"(?:[^\"]|\"\")+\"|[a-zA-Z_][\\w$]*)\\s*"
        "(?:=\\s*('(?:[^']|'')*'|-?\\d+|true|false)|(is\\s+not\\s+null))?$"_s,
        QRegularExpression::CaseInsensitiveOption);
    const auto match = form.match(QString::fromUtf8(m_done));
    if (!match.hasMatch())
        return std::nullopt;
    const QString name = sqltext::assignedColumns(match.captured(1)).first();
    const PgColumn* column = m_table.column(name);
    if (!column)
        return std::nullopt;
    const QByteArray quoted = identifier(name);
    if (!match.captured(2).isEmpty())
        return Filled{quoted, match.captured(2).toUtf8()};
    if (!match.captured(3).isEmpty()) {
        const auto value = fallbackValue(*column);
        return value ? std::optional(Filled{quoted, *value}) : std::nullopt;
    }
    return column->kind == PgKind::Boolean ? std::optional(Filled{quoted, "true"}) : std::nullopt;
}

std::optional<QByteArray> LedgerMapping::consumer(const GroupName& group) const
{
    if (!m_consumer)
        return QByteArray();
    return group.isEmpty() ? std::nullopt : m_consumer->canonical(group.bytes());
}

QByteArray LedgerMapping::keyList() const
{
    const QByteArray consumer =
        m_consumer ? QByteArray(", " + identifier(m_consumer->name)) : QByteArray();
    return '(' + identifier(m_eventId.name) + consumer + ')';
}

QByteArray LedgerMapping::match(
    SqlParameters& parameters, const std::vector<QByteArray>& ids, const QByteArray& consumer) const
{
    QByteArray condition = m_eventId.operand() + " = ANY("
                           + parameters.add(sqltext::arrayLiteral(ids))
                           + "::" + m_eventId.castType() + "[])";
    if (m_consumer)
        condition += " AND " + m_consumer->operand() + " = " + parameters.add(consumer)
                     + "::" + m_consumer->castType();
    return condition;
}

SqlStatement LedgerMapping::find(
    const std::vector<QByteArray>& ids, const QByteArray& consumer) const
{
    SqlParameters parameters;
    const QByteArray matched = match(parameters, ids, consumer);
    const QByteArray done = m_done.isEmpty() ? QByteArray() : QByteArray(" AND (" + m_done + ')');
    return {
        "SELECT " + identifier(m_eventId.name) + "::text FROM " + m_table.sql() + " WHERE "
            + matched + done,
        parameters.values};
}

std::optional<SqlStatement> LedgerMapping::times(
    const std::vector<QByteArray>& ids, const QByteArray& consumer) const
{
    if (!m_time)
        return std::nullopt;
    SqlParameters parameters;
    const QByteArray matched = match(parameters, ids, consumer);
    const QByteArray time = identifier(m_time->name);
    return SqlStatement{
        "SELECT " + identifier(m_eventId.name) + "::text, " + sqltext::micros(time) + " FROM "
            + m_table.sql() + " WHERE " + matched + " AND " + time + " IS NOT NULL",
        parameters.values};
}

SqlStatement LedgerMapping::insert(
    const std::vector<QByteArray>& ids, const QByteArray& consumer) const
{
    SqlParameters parameters;
    const QByteArray idList = parameters.add(sqltext::arrayLiteral(ids));
    QByteArrayList columns{identifier(m_eventId.name)};
    QByteArrayList values{"ids.id::" + m_eventId.valueType()};
    if (m_consumer) {
        columns << identifier(m_consumer->name);
        values << parameters.add(consumer) + "::" + m_consumer->valueType();
    }
    for (const Filled& filled : m_filled) {
        columns << filled.column;
        values << filled.value;
    }
    return {
        "INSERT INTO " + m_table.sql() + " (" + columns.join(", ") + ") SELECT " + values.join(", ")
            + " FROM unnest(" + idList + "::text[]) AS ids(id) ON CONFLICT " + keyList()
            + " DO NOTHING RETURNING " + identifier(m_eventId.name) + "::text",
        parameters.values};
}

std::optional<SqlStatement> LedgerMapping::takeOver(
    const std::vector<QByteArray>& ids, const QByteArray& consumer) const
{
    if (!m_doneValue)
        return std::nullopt;
    SqlParameters parameters;
    const QByteArray matched = match(parameters, ids, consumer);
    return SqlStatement{
        "UPDATE " + m_table.sql() + " SET " + m_doneValue->column + " = " + m_doneValue->value
            + " WHERE " + matched + " AND (" + m_done + ") IS NOT TRUE RETURNING "
            + identifier(m_eventId.name) + "::text",
        parameters.values};
}

QStringList LedgerMapping::script(const QStringList& work) const
{
    const auto shown = [](QByteArray sql) -> QString {
        return QString::fromUtf8(sql.replace("$1", ":event_ids").replace("$2", ":group")) + u';';
    };
    QStringList statements{u"BEGIN;"_s, shown(insert({}, {}).sql)};
    if (const auto update = takeOver({}, {}))
        statements << shown(update->sql);
    return statements << work << u"COMMIT;"_s;
}

} // namespace outboard
