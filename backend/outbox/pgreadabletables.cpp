// SPDX-License-Identifier: GPL-3.0-or-later
// All tables of a database at once, with their keys.
#include "outbox/pgcatalogue.h"
#include "outbox/pgconnection.h"

#include <QHash>

#include <utility>

namespace outboard {

namespace {

const QByteArray readable =
    " c.relkind IN ('r', 'p', 'v', 'f', 'm') AND NOT c.relispartition"
    " AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_'"
    " AND has_schema_privilege(n.oid, 'USAGE') AND has_any_column_privilege(c.oid, 'SELECT')";

using Places = QHash<qint64, qsizetype>;

Result<void> addColumns(PgConnection& connection, QList<PgKeyedTable>& tables, const Places& places)
{
    const auto rows = connection.query(
        "SELECT c.oid, a.attname,"
        " format_type(coalesce(nullif(t.typbasetype, 0), t.oid), NULL), a.attnotnull,"
        " a.atthasdef OR a.attidentity <> '', pg_get_expr(d.adbin, d.adrelid),"
        " col_description(c.oid, a.attnum), (SELECT string_agg(e.enumlabel, E'\\n' ORDER BY"
        " e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid)"
        " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
        " JOIN pg_type t ON t.oid = a.atttypid"
        " LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum WHERE"
        + readable
        + " AND has_column_privilege(c.oid, a.attnum, 'SELECT') ORDER BY c.oid, a.attnum");
    if (!rows)
        return rows.error();
    for (qsizetype row = 0; row < rows->size(); ++row) {
        const auto place = places.constFind(rows->integer(row, 0));
        if (place == places.constEnd())
            continue;
        PgColumn column;
        column.name = rows->text(row, 1);
        column.type = rows->value(row, 2);
        column.kind = kindOfType(column.type);
        column.isNullable = !rows->boolean(row, 3);
        column.isRequired = !column.isNullable && !rows->boolean(row, 4);
        column.defaultValue = rows->value(row, 5);
        column.remark = rows->text(row, 6);
        if (!rows->isNull(row, 7))
            column.labels = rows->value(row, 7).split('\n');
        tables[*place].table.columns << column;
    }
    return {};
}

Result<void> addKeys(PgConnection& connection, QList<PgKeyedTable>& tables, const Places& places)
{
    const auto rows = connection.query(
        "SELECT i.indrelid, i.indexrelid, i.indisprimary, i.indnkeyatts, a.attname FROM pg_index i"
        " CROSS JOIN generate_series(0, i.indnkeyatts - 1) AS k"
        " JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[k]"
        " JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL AND"
        + readable + " ORDER BY i.indexrelid, k");
    if (!rows)
        return rows.error();
    qint64 index = 0;
    for (qsizetype row = 0; row < rows->size(); ++row) {
        const auto place = places.constFind(rows->integer(row, 0));
        if (place == places.constEnd())
            continue;
        PgKeyedTable& table = tables[*place];
        if (std::exchange(index, rows->integer(row, 1)) != rows->integer(row, 1))
            table.uniqueKeys.append(QStringList());
        table.uniqueKeys.last() << rows->text(row, 4);
        if (rows->boolean(row, 2) && rows->integer(row, 3) == 1)
            table.primaryKey = rows->text(row, 4);
    }
    return {};
}

} // namespace

Result<QList<PgKeyedTable>> readableTables(PgConnection& connection)
{
    const auto rows = connection.query(
        "SELECT c.oid, n.nspname, c.relname, c.relkind, greatest(c.reltuples, 0)::bigint"
        " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE"
        + readable + " ORDER BY 2, 3 LIMIT 2000");
    if (!rows)
        return rows.error();
    QList<PgKeyedTable> tables;
    Places places;
    for (qsizetype row = 0; row < rows->size(); ++row) {
        PgKeyedTable table;
        table.table.oid = rows->integer(row, 0);
        table.table.schema = rows->text(row, 1);
        table.table.name = rows->text(row, 2);
        table.table.type = rows->value(row, 3);
        table.estimatedRows = rows->integer(row, 4);
        places.insert(table.table.oid, tables.size());
        tables.append(table);
    }
    if (auto added = addColumns(connection, tables, places); !added)
        return added.error();
    if (auto added = addKeys(connection, tables, places); !added)
        return added.error();
    return tables;
}

} // namespace outboard
