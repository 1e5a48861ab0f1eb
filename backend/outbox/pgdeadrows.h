// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "outbox/deadrows.h"
#include "outbox/deadtable.h"

#include <map>

namespace outboard {

class PgConnection;

/// Dead rows in PostgreSQL.
class PgDeadRows final : public DeadRows
{
public:
    PgDeadRows(PgConnection& connection, std::map<DeadWhere, DeadTable> tables);

    QList<DeadWhere> kinds() const override;
    QString tableName(DeadWhere kind) const override;
    Result<DeadRowPage> page(
        DeadWhere kind, const std::optional<OutboxRowId>& after, qint64 limit) override;
    std::vector<DeadMove> remove(DeadWhere kind, std::span<const DeadElement> rows) override;
    std::vector<DeadMove> putBack(DeadWhere kind, std::span<const DeadElement> rows) override;
    QStringList removeSql(DeadWhere kind, std::span<const DeadElement> rows) const override;
    QStringList putBackSql(DeadWhere kind, std::span<const DeadElement> rows) const override;

private:
    Result<std::vector<DeadMove>> insert(const DeadTable& table, std::span<const DeadElement> rows);

    PgConnection& m_connection;
    std::map<DeadWhere, DeadTable> m_tables;
};

} // namespace outboard
