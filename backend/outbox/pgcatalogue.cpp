// SPDX-License-Identifier: GPL-3.0-or-later
#include "outbox/pgcatalogue.h"

#include "outbox/pgconnection.h"
#include "outbox/sqltext.h"

#include <QCoreApplication>
#include <QUuid>

#include <algorithm>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

const QByteArray tableSql = "SELECT c.oid, n.nspname, c.relname, c.relkind FROM pg_class c"
                            " JOIN pg_namespace n ON n.oid = c.relnamespace"
                            " WHERE c.relkind IN ('r', 'p', 'v', 'f', 'm')"
                            " AND n.nspname NOT IN ('pg_catalog', 'information_schema')"
                            " AND n.nspname !~ '^pg_(temp|toast)' AND ";

/// What splitName() reads back.
QString part(const QString& name)
{
    if (!name.contains(u'.') && !name.contains(u'"'))
        return name;
    return u'"' + QString(name).replace(u"\""_s, u"\"\""_s) + u'"';
}

QString spelledName(const QString& schema, const QString& name)
{
    return schema == u"public" ? part(name) : QString(part(schema) + u'.' + part(name));
}

QString quotedList(const QStringList& names)
{
    return names.isEmpty() ? QCoreApplication::translate("outboard", "none") : names.join(u", "_s);
}

/// Tables that the operator may have meant, at most eight.
Result<QStringList> suggestions(PgConnection& connection, const QString& likely)
{
    const QByteArray sql =
        tableSql + "position(lower($1) in lower(c.relname)) > 0 ORDER BY 2, 3 LIMIT 8";
    const auto rows = connection.query(sql, {likely.toUtf8()});
    if (!rows)
        return rows.error();
    QStringList names;
    for (qsizetype row = 0; row < rows->size(); ++row)
        names << spelledName(rows->text(row, 1), rows->text(row, 2));
    return names;
}

Result<PgRows> lookUp(PgConnection& connection, const PgTableQuery& query)
{
    if (query.name.isEmpty()) {
        return connection.query(
            tableSql
                + "c.relkind IN ('r', 'p') AND right(c.relname, length($1)) = $1 ORDER BY 2, 3 "
                  "LIMIT 8",
            {query.suffix.toUtf8()});
    }
    const auto parts = sqltext::splitName(query.name, query.key);
    if (!parts)
        return parts.error();
    return connection.query(tableSql + "c.oid = to_regclass($1)", {sqltext::qualified(*parts)});
}

Error notFound(PgConnection& connection, const PgTableQuery& query)
{
    const auto similar = suggestions(connection, query.likely);
    if (!similar)
        return similar.error();
    const QString sentence = query.name.isEmpty()
                                 ? QCoreApplication::translate(
                                       "outboard",
                                       "No table's name ends in %1. Set \"%2\" in the profile to "
                                       "the right table; similar ones: %3.")
                                       .arg(query.suffix, query.key, quotedList(*similar))
                                 : QCoreApplication::translate(
                                       "outboard",
                                       "Table \"%1\" does not exist in this database. Set \"%2\" "
                                       "in the profile to the right "
                                       "table (upper and lower case matter); similar ones: %3.")
                                       .arg(query.name, query.key, quotedList(*similar));
    return Error{Error::Kind::Missing, sentence, {}};
}

Error ambiguous(const PgRows& rows, const PgTableQuery& query)
{
    QStringList names;
    for (qsizetype row = 0; row < rows.size(); ++row)
        names << spelledName(rows.text(row, 1), rows.text(row, 2));
    return Error{
        Error::Kind::Missing,
        QCoreApplication::translate(
            "outboard",
            "Several tables have names that end in %1. Set \"%2\" in the profile to one of them: "
            "%3.")
            .arg(query.suffix, query.key, names.join(u", "_s)),
        {}};
}

Result<QList<PgColumn>> columnsOf(PgConnection& connection, qint64 oid)
{
    const auto rows = connection.query(
        "SELECT a.attname, format_type(coalesce(nullif(t.typbasetype, 0), t.oid), NULL),"
        " a.attnotnull AND NOT a.atthasdef AND a.attidentity = ''"
        " FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid"
        " WHERE a.attrelid = $1::oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum",
        {QByteArray::number(oid)});
    if (!rows)
        return rows.error();
    QList<PgColumn> columns;
    for (qsizetype row = 0; row < rows->size(); ++row) {
        const QByteArray type = rows->value(row, 1);
        columns << PgColumn{rows->text(row, 0), type, kindOfType(type), rows->boolean(row, 2)};
    }
    return columns;
}

} // namespace

PgKind kindOfType(const QByteArray& type)
{
    const std::pair<PgKind, QByteArrayList> kinds[] = {
        {PgKind::Integer, {"bigint", "integer", "smallint"}},
        {PgKind::Uuid, {"uuid"}},
        {PgKind::Text, {"text", "character varying", "character", "name"}},
        {PgKind::Json, {"json", "jsonb"}},
        {PgKind::Bytes, {"bytea"}},
        {PgKind::Time, {"timestamp with time zone", "timestamp without time zone"}},
        {PgKind::Date, {"date"}},
        {PgKind::Boolean, {"boolean"}},
    };
    for (const auto& [kind, names] : kinds) {
        if (names.contains(type))
            return kind;
    }
    return PgKind::Other;
}

QByteArray PgColumn::sql() const
{
    return expression.isEmpty() ? sqltext::identifier(name) : expression;
}

QByteArray PgColumn::operand() const
{
    const bool isComparable =
        kind == PgKind::Integer || kind == PgKind::Uuid || kind == PgKind::Text;
    return sql() + (isComparable ? "" : "::text");
}

QByteArray PgColumn::castType() const
{
    if (kind == PgKind::Integer)
        return "bigint";
    if (kind == PgKind::Uuid)
        return "uuid";
    return type == "character" ? "bpchar" : "text";
}

QByteArray PgColumn::valueType() const
{
    return type == "character" ? "bpchar" : type;
}

std::optional<QByteArray> PgColumn::canonical(const QByteArray& text) const
{
    if (text.contains('\0'))
        return std::nullopt;
    if (kind == PgKind::Integer) {
        bool isNumber = false;
        const qint64 number = text.toLongLong(&isNumber);
        return isNumber ? std::optional(QByteArray::number(number)) : std::nullopt;
    }
    if (kind == PgKind::Uuid) {
        const QUuid uuid = QUuid::fromString(QLatin1StringView(text));
        const bool isUuid = !uuid.isNull() || text.count('0') == 32;
        return isUuid ? std::optional(uuid.toByteArray(QUuid::WithoutBraces)) : std::nullopt;
    }
    if (type == "character") {
        // Trailing blanks are padding.
        qsizetype end = text.size();
        while (end > 0 && text.at(end - 1) == ' ')
            --end;
        return text.left(end);
    }
    // What is not UTF-8 cannot be text in PostgreSQL.
    return QString::fromUtf8(text).toUtf8() == text ? std::optional(text) : std::nullopt;
}

QByteArray PgTable::sql() const
{
    return sqltext::qualified({schema, name});
}

QString PgTable::spelled() const
{
    return spelledName(schema, name);
}

const PgColumn* PgTable::column(const QString& columnName) const
{
    const auto found = std::find_if(columns.begin(), columns.end(), [&](const PgColumn& column) {
        return column.name == columnName;
    });
    return found == columns.end() ? nullptr : &*found;
}

Result<PgColumn> PgTable::require(const QString& columnName, const QString& key) const
{
    if (const PgColumn* found = column(columnName))
        return *found;
    QStringList names;
    for (const PgColumn& existing : columns)
        names << existing.name;
    return Error{
        Error::Kind::Missing,
        QCoreApplication::translate(
            "outboard", "Table %1 has no column \"%2\". Set \"%3\" in the profile to one of: %4.")
            .arg(spelled(), columnName, key, names.join(u", "_s)),
        {}};
}

Result<PgTable> findTable(PgConnection& connection, const PgTableQuery& query)
{
    const auto rows = lookUp(connection, query);
    if (!rows)
        return rows.error();
    if (rows->isEmpty())
        return notFound(connection, query);
    if (rows->size() > 1)
        return ambiguous(*rows, query);
    auto columns = columnsOf(connection, rows->integer(0, 0));
    if (!columns)
        return columns.error();
    return PgTable{
        rows->integer(0, 0), rows->text(0, 1), rows->text(0, 2), rows->value(0, 3), *columns};
}

} // namespace outboard
