// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "outbox/deadrows.h"

#include <memory>

namespace outboard {

class FakeOutboxTable;

/// The dead rows of a FakeOutboxTable.
class FakeDeadRows final : public DeadRows
{
public:
    explicit FakeDeadRows(std::shared_ptr<FakeOutboxTable> table);

    QList<DeadWhere> kinds() const override { return {DeadWhere::OutboxRow}; }

    QString tableName(DeadWhere) const override { return QStringLiteral("orders_outboxevent"); }

    Result<DeadRowPage> page(
        DeadWhere kind, const std::optional<OutboxRowId>& after, qint64 limit) override;
    std::vector<DeadMove> remove(DeadWhere kind, std::span<const DeadElement> rows) override;
    std::vector<DeadMove> putBack(DeadWhere kind, std::span<const DeadElement> rows) override;
    QStringList removeSql(DeadWhere kind, std::span<const DeadElement> rows) const override;
    QStringList putBackSql(DeadWhere kind, std::span<const DeadElement> rows) const override;

private:
    bool isThere(const QByteArray& id) const;

    std::shared_ptr<FakeOutboxTable> m_table;
};

} // namespace outboard
