// SPDX-License-Identifier: GPL-3.0-or-later
#include "outbox/pgdeadrows.h"

#include "outbox/pgconnection.h"
#include "outbox/sqltext.h"

#include <QByteArrayList>
#include <QCoreApplication>
#include <QSet>

#include <algorithm>
#include <utility>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

constexpr Milliseconds pageTimeout{2'000};
/// Rows that one page looks at: there may be no index on what is dead.
constexpr qint64 searchWindow = 100'000;

std::vector<QByteArray> idsOf(const DeadTable& table, std::span<const DeadElement> rows)
{
    std::vector<QByteArray> ids;
    for (const DeadElement& row : rows) {
        if (auto id = table.id().canonical(row.id))
            ids.push_back(std::move(*id));
    }
    return ids;
}

QSet<QByteArray> firstColumn(const PgRows& rows)
{
    QSet<QByteArray> values;
    for (qsizetype row = 0; row < rows.size(); ++row)
        values.insert(rows.value(row, 0));
    return values;
}

std::vector<DeadMove> allFailed(size_t count, const Error& error)
{
    // Whether a commit happened is then not known.
    const bool isUnknown = error.kind == Error::Kind::Conflict
                           || error.kind == Error::Kind::Unreachable
                           || error.kind == Error::Kind::Timeout;
    DeadMove move;
    move.kind = isUnknown ? DeadMove::Kind::Unknown : DeadMove::Kind::Refused;
    move.error = error;
    return std::vector<DeadMove>(count, move);
}

Error takenByAnother(const QByteArray& id)
{
    return {
        Error::Kind::Refused,
        QCoreApplication::translate(
            "outboard",
            "Row %1 cannot be put back: another row has one of its unique values. It stays here.")
            .arg(QString::fromUtf8(id)),
        {}};
}

QString shownSql(const SqlStatement& statement, const QByteArray& parameter)
{
    QByteArray sql = statement.sql;
    sql.replace("$1", parameter);
    return QString::fromUtf8(sql) + u';';
}

QByteArray shownIds(std::span<const DeadElement> rows)
{
    QByteArrayList ids;
    for (const DeadElement& row : rows.first(std::min<size_t>(rows.size(), 5)))
        ids << row.id;
    const QByteArray more =
        rows.size() > 5 ? QByteArray(",… " + QByteArray::number(qint64(rows.size())) + " ids")
                        : QByteArray();
    return sqltext::literal('{' + ids.join(',') + more + '}');
}

} // namespace

PgDeadRows::PgDeadRows(PgConnection& connection, std::map<DeadWhere, DeadTable> tables)
    : m_connection(connection)
    , m_tables(std::move(tables))
{}

QList<DeadWhere> PgDeadRows::kinds() const
{
    QList<DeadWhere> kinds;
    for (const auto& [kind, table] : m_tables)
        kinds.append(kind);
    return kinds;
}

QString PgDeadRows::tableName(DeadWhere kind) const
{
    const PgTable& table = m_tables.at(kind).table();
    return table.schema == u"public"_s ? table.name : QString(table.schema + u'.' + table.name);
}

Result<DeadRowPage> PgDeadRows::page(
    DeadWhere kind, const std::optional<OutboxRowId>& after, qint64 limit)
{
    const DeadTable& table = m_tables.at(kind);
    const qint64 wanted = std::clamp<qint64>(limit, 1, 1'000);
    auto transaction = m_connection.begin(PgConnection::Mode::ReadOnly, pageTimeout);
    if (!transaction)
        return transaction.error();
    std::optional<QByteArray> until;
    if (kind == DeadWhere::OutboxRow) {
        const SqlStatement window = table.windowEnd(after, searchWindow);
        const auto end = transaction->query(window.sql, window.parameters);
        if (!end)
            return end.error();
        if (!end->isEmpty())
            until = end->value(0, 0);
    }
    const SqlStatement statement = table.page(after, until, wanted + 1);
    const auto rows = transaction->query(statement.sql, statement.parameters);
    if (!rows)
        return rows.error();
    DeadRowPage page;
    for (qsizetype row = 0; row < std::min<qsizetype>(rows->size(), wanted); ++row)
        page.rows << table.row(*rows, row);
    if (rows->size() > wanted)
        page.next = page.rows.last().id;
    else if (until)
        page.next = OutboxRowId(*until);
    return page;
}

std::vector<DeadMove> PgDeadRows::remove(DeadWhere kind, std::span<const DeadElement> rows)
{
    const DeadTable& table = m_tables.at(kind);
    auto transaction = m_connection.begin(PgConnection::Mode::ReadWrite);
    if (!transaction)
        return allFailed(rows.size(), transaction.error());
    const SqlStatement statement = table.remove(idsOf(table, rows));
    const auto removed = transaction->query(statement.sql, statement.parameters);
    if (!removed)
        return allFailed(rows.size(), removed.error());
    if (const auto committed = transaction->commit(); !committed)
        return allFailed(rows.size(), committed.error());
    const QSet<QByteArray> ids = firstColumn(*removed);
    std::vector<DeadMove> moves(rows.size());
    for (size_t i = 0; i < rows.size(); ++i) {
        moves[i].kind = ids.contains(rows[i].id) ? DeadMove::Kind::Done : DeadMove::Kind::NotThere;
    }
    return moves;
}

Result<std::vector<DeadMove>> PgDeadRows::insert(
    const DeadTable& table, std::span<const DeadElement> rows)
{
    QByteArrayList originals;
    for (const DeadElement& row : rows)
        originals << row.original.bytes;
    auto transaction = m_connection.begin(PgConnection::Mode::ReadWrite);
    if (!transaction)
        return transaction.error();
    const SqlStatement generated = table.generatedColumns();
    const auto computed = transaction->query(generated.sql, generated.parameters);
    if (!computed)
        return computed.error();
    QStringList names;
    for (const QByteArray& name : firstColumn(*computed))
        names << QString::fromUtf8(name);
    const SqlStatement statement = table.insert('[' + originals.join(',') + ']', names);
    const auto inserted = transaction->query(statement.sql, statement.parameters);
    if (!inserted)
        return inserted.error();
    const SqlStatement there = table.present(idsOf(table, rows));
    const auto present = transaction->query(there.sql, there.parameters);
    if (!present)
        return present.error();
    if (const auto committed = transaction->commit(); !committed)
        return committed.error();
    const QSet<QByteArray> done = firstColumn(*inserted);
    const QSet<QByteArray> known = firstColumn(*present);
    std::vector<DeadMove> moves(rows.size());
    for (size_t i = 0; i < rows.size(); ++i) {
        DeadMove& move = moves[i];
        move.kind = done.contains(rows[i].id)    ? DeadMove::Kind::Done
                    : known.contains(rows[i].id) ? DeadMove::Kind::AlreadyThere
                                                 : DeadMove::Kind::Refused;
        move.became = QString::fromUtf8(rows[i].id);
        if (move.kind == DeadMove::Kind::Refused)
            move.error = takenByAnother(rows[i].id);
    }
    return moves;
}

std::vector<DeadMove> PgDeadRows::putBack(DeadWhere kind, std::span<const DeadElement> rows)
{
    const DeadTable& table = m_tables.at(kind);
    const auto all = insert(table, rows);
    if (all)
        return *all;
    if (!m_connection.isUsable() || rows.size() == 1)
        return allFailed(rows.size(), all.error());
    // One row that the table does not take must not keep the others out.
    std::vector<DeadMove> moves;
    for (size_t i = 0; i < rows.size(); ++i) {
        const auto one = insert(table, rows.subspan(i, 1));
        moves.push_back(one ? one->front() : allFailed(1, one.error()).front());
    }
    return moves;
}

QStringList PgDeadRows::removeSql(DeadWhere kind, std::span<const DeadElement> rows) const
{
    return {shownSql(m_tables.at(kind).remove({}), shownIds(rows))};
}

QStringList PgDeadRows::putBackSql(DeadWhere kind, std::span<const DeadElement> rows) const
{
    return {shownSql(
        m_tables.at(kind).insert({}, {}),
        "'[… " + QByteArray::number(qint64(rows.size())) + " rows]'")};
}

} // namespace outboard
