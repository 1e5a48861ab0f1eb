// SPDX-License-Identifier: GPL-3.0-or-later
#include "outbox/mappedcolumns.h"

#include "outbox/sqltext.h"

#include <QByteArrayList>
#include <QCoreApplication>
#include <QRegularExpression>

#include <vector>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

PgColumn made(const QString& name, PgKind kind, QByteArray expression)
{
    PgColumn column;
    column.name = name;
    column.type = kind == PgKind::Json ? "jsonb" : "text";
    column.kind = kind;
    column.expression = std::move(expression);
    return column;
}

Error notJson(const PgTable& table, const PgColumn& column, const QString& key)
{
    return {
        Error::Kind::Refused,
        QCoreApplication::translate(
            "outboard",
            "The event id is looked for inside column \"%1\" of table %2, which is of type %3, "
            "not json or jsonb. Set \"%4\" in the profile to the column that holds the id that "
            "the ledgers know.")
            .arg(column.name, table.spelled(), QString::fromUtf8(column.type), key),
        {}};
}

} // namespace

Result<PgColumn> topicColumn(const PgTable& table, const QString& spelled, const QString& key)
{
    static const QRegularExpression place(u"\\{([^{}]+)\\}"_s);
    if (table.column(spelled) || !place.match(spelled).hasMatch())
        return table.require(spelled, key);
    QByteArrayList parts;
    qsizetype copied = 0;
    const auto copy = [&](qsizetype until) {
        if (until > copied)
            parts << sqltext::literal(spelled.mid(copied, until - copied).toUtf8());
    };
    for (auto it = place.globalMatch(spelled); it.hasNext();) {
        const auto match = it.next();
        const auto column = table.require(match.captured(1), key);
        if (!column)
            return column.error();
        copy(match.capturedStart());
        parts << column->sql() + "::text";
        copied = match.capturedEnd();
    }
    copy(spelled.size());
    return made(spelled, PgKind::Text, '(' + parts.join(" || ") + ')');
}

Result<PgColumn> payloadColumn(const PgTable& table, const QString& spelled, const QString& key)
{
    if (table.column(spelled) || !spelled.contains(u','))
        return table.require(spelled, key);
    QByteArrayList members;
    for (const QString& part : spelled.split(u',')) {
        const auto column = table.require(part.trimmed(), key);
        if (!column)
            return column.error();
        const QByteArray value = column->kind == PgKind::Bytes
                                     ? "encode(" + column->sql() + ", 'base64')"
                                     : column->sql();
        members << sqltext::literal(column->name.toUtf8()) + ", " + value;
    }
    return made(spelled, PgKind::Json, "jsonb_build_object(" + members.join(", ") + ')');
}

Result<PgColumn> eventIdColumn(const PgTable& table, const QString& spelled, const QString& key)
{
    QStringList steps = spelled.split(u'.');
    const PgColumn* json = table.column(steps.takeFirst());
    if (table.column(spelled) || steps.isEmpty() || !json)
        return table.require(spelled, key);
    if (json->kind != PgKind::Json)
        return notJson(table, *json, key);
    std::vector<QByteArray> path;
    for (const QString& step : steps)
        path.push_back(step.toUtf8());
    return made(
        spelled,
        PgKind::Text,
        '(' + json->sql() + " #>> " + sqltext::literal(sqltext::arrayLiteral(path)) + "::text[])");
}

} // namespace outboard
