// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"

#include <QByteArray>
#include <QList>
#include <QString>
#include <QStringList>

#include <optional>

namespace outboard {

class PgConnection;

/// What a column holds, as far as it matters for a mapping.
enum class PgKind { Integer, Uuid, Text, Json, Bytes, Time, Date, Boolean, Other };

/// By format_type()'s spelling without a length.
PgKind kindOfType(const QByteArray& type);

struct PgColumn
{
    QString name;
    QByteArray type; ///< "bigint", "character varying", … ; of a domain, its base type.
    PgKind kind = PgKind::Other;
    bool isRequired = false;    ///< NOT NULL without a default.
    QByteArray expression = {}; ///< SQL of what is made of columns; empty: the column itself.
    bool isNullable = true;
    QString remark = {};           ///< COMMENT ON COLUMN.
    QByteArray defaultValue = {};  ///< SQL.
    QList<QByteArray> labels = {}; ///< Of an enum type, in its order.

    /// The column, or what is made of columns, as SQL.
    QByteArray sql() const;

    /// How the column is compared with a parameter that is cast to castType(): by its own type
    /// where an index can then be used, else by its text.
    QByteArray operand() const;
    QByteArray castType() const;

    /// The type to cast a value to that is stored in the column, without cutting it.
    QByteArray valueType() const;

    /// The canonical text form of a value, as the server prints it; nothing when the text can never
    /// be a value of this column ("abc" for a bigint).
    std::optional<QByteArray> canonical(const QByteArray& text) const;
};

struct PgTable
{
    qint64 oid = 0;
    QString schema;
    QString name;
    QByteArray type; ///< pg_class.relkind: r table, p partitioned, v view, …
    QList<PgColumn> columns;

    /// Quoted and qualified.
    QByteArray sql() const;

    /// As an operator spells it: "orders_outboxevent", "cap.published".
    QString spelled() const;

    const PgColumn* column(const QString& columnName) const;

    /// Error::Missing that names the column, the columns that exist, and the profile's key to set.
    Result<PgColumn> require(const QString& columnName, const QString& key) const;
};

/// Which table to look for.
struct PgTableQuery
{
    QString name; ///< As the profile spells it; empty: the only table whose name ends in `suffix`.
    QString suffix; ///< "_outboxevent"
    QString likely; ///< Part of the names to suggest when nothing fits: "outbox".
    QString key;    ///< The profile's key: "outbox.table".
};

/// Error::Missing with the candidates and the key to set when no table, or more than one, fits.
Result<PgTable> findTable(PgConnection& connection, const PgTableQuery& query);

/// A table with what its keys say of it.
struct PgKeyedTable
{
    PgTable table;
    QString primaryKey;            ///< Of one column; empty: there is none.
    QList<QStringList> uniqueKeys; ///< The primary key among them.
    qint64 estimatedRows = 0;      ///< By the last ANALYZE; 0 also when there was none.
};

/// Every table that a session may read, in all schemas, by schema and name; at most 2 000. Columns
/// that may not be read are left out. Source: three SELECTs on the catalogue.
Result<QList<PgKeyedTable>> readableTables(PgConnection& connection);

} // namespace outboard
