// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/fakedeadrows.h"

#include "support/fakeoutboxstore.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

QByteArray rowAsJson(const OutboxRow& row)
{
    const QJsonObject object{
        {u"id"_s, row.id.text()},
        {u"event_id"_s, row.eventId.text()},
        {u"topic"_s, row.topic.text()},
        {u"payload"_s, QString::fromUtf8(row.payload)},
        {u"created_at"_s, qint64(row.createdAt->time_since_epoch().count())}};
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

OutboxRow rowFromJson(const QByteArray& json)
{
    const QJsonObject object = QJsonDocument::fromJson(json).object();
    OutboxRow row;
    row.id = OutboxRowId::fromText(object.value(u"id"_s).toString());
    row.eventId = EventId::fromText(object.value(u"event_id"_s).toString());
    row.topic = TopicName::fromText(object.value(u"topic"_s).toString());
    row.payload = object.value(u"payload"_s).toString().toUtf8();
    row.createdAt = TimePoint(Microseconds(object.value(u"created_at"_s).toInteger()));
    row.state = RowState::Dead;
    return row;
}

} // namespace

FakeDeadRows::FakeDeadRows(std::shared_ptr<FakeOutboxTable> table)
    : m_table(std::move(table))
{}

Result<DeadRowPage> FakeDeadRows::page(
    DeadWhere kind, const std::optional<OutboxRowId>& after, qint64 limit)
{
    Q_UNUSED(kind)
    DeadRowPage page;
    for (const OutboxRow& row : m_table->rows()) {
        const bool isBehind = after && row.id.bytes().toLongLong() <= after->bytes().toLongLong();
        if (row.state != RowState::Dead || isBehind)
            continue;
        if (page.rows.size() == limit) {
            page.next = page.rows.last().id;
            break;
        }
        DeadRow dead;
        dead.id = row.id;
        dead.eventId = row.eventId;
        dead.topic = row.topic;
        dead.payload = row.payload;
        dead.createdAt = row.createdAt;
        dead.key = row.key;
        dead.original = rowAsJson(row);
        page.rows.append(dead);
    }
    return page;
}

bool FakeDeadRows::isThere(const QByteArray& id) const
{
    const QList<OutboxRow> rows = m_table->rows();
    return std::ranges::find(rows, OutboxRowId(id), &OutboxRow::id) != rows.end();
}

std::vector<DeadMove> FakeDeadRows::remove(DeadWhere kind, std::span<const DeadElement> rows)
{
    Q_UNUSED(kind)
    std::vector<DeadMove> moves(rows.size());
    for (size_t i = 0; i < rows.size(); ++i) {
        moves[i].kind = isThere(rows[i].id) ? DeadMove::Kind::Done : DeadMove::Kind::NotThere;
        m_table->remove(OutboxRowId(rows[i].id));
    }
    return moves;
}

std::vector<DeadMove> FakeDeadRows::putBack(DeadWhere kind, std::span<const DeadElement> rows)
{
    Q_UNUSED(kind)
    std::vector<DeadMove> moves(rows.size());
    for (size_t i = 0; i < rows.size(); ++i) {
        moves[i].kind = isThere(rows[i].id) ? DeadMove::Kind::AlreadyThere : DeadMove::Kind::Done;
        if (moves[i].kind == DeadMove::Kind::Done)
            m_table->insert(rowFromJson(rows[i].original.bytes));
    }
    return moves;
}

QStringList FakeDeadRows::removeSql(DeadWhere kind, std::span<const DeadElement> rows) const
{
    return {u"DELETE %1 FROM %2"_s.arg(rows.size()).arg(tableName(kind))};
}

QStringList FakeDeadRows::putBackSql(DeadWhere kind, std::span<const DeadElement> rows) const
{
    return {u"INSERT %1 INTO %2"_s.arg(rows.size()).arg(tableName(kind))};
}

} // namespace outboard
