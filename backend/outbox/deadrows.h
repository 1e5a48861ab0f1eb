// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "core/strongid.h"
#include "core/time.h"
#include "model/deadletter.h"

#include <QByteArray>
#include <QList>
#include <QString>
#include <QStringList>

#include <optional>
#include <span>
#include <vector>

namespace outboard {

/// A row that stands for a dead letter.
struct DeadRow
{
    OutboxRowId id;
    EventId eventId;
    TopicName topic;
    std::optional<QByteArray> payload;
    std::optional<TimePoint> createdAt;
    std::optional<QByteArray> key;
    std::optional<TimePoint> diedAt;
    QString error;
    std::optional<qint64> deliveries;
    QByteArray original; ///< The whole row as JSON.

    friend bool operator==(const DeadRow&, const DeadRow&) = default;
};

struct DeadRowPage
{
    QList<DeadRow> rows;
    std::optional<OutboxRowId> next; ///< Pass as `after`; absent at the end.
};

/// Dead letters of a database: rows of the outbox that meet its condition for dead ones, and the
/// table into which its relay puts what it gave up on.
class DeadRows
{
public:
    virtual ~DeadRows() = default;

    /// Which of OutboxRow and OutboxTable the profile has.
    virtual QList<DeadWhere> kinds() const = 0;

    /// As an operator spells it.
    virtual QString tableName(DeadWhere kind) const = 0;

    /// At most `limit` (1…1000) rows in id order. Bounded work a call: a page can be empty and go
    /// on. Source: SELECT on the mapped table, read-only.
    virtual Result<DeadRowPage> page(
        DeadWhere kind, const std::optional<OutboxRowId>& after, qint64 limit) = 0;

    /// Deletes exactly these rows, as far as they are still dead, in one transaction; one move
    /// each, in order.
    virtual std::vector<DeadMove> remove(DeadWhere kind, std::span<const DeadElement> rows) = 0;

    /// Inserts the rows as they were. AlreadyThere where a row has the id. One move each, in order.
    virtual std::vector<DeadMove> putBack(DeadWhere kind, std::span<const DeadElement> rows) = 0;

    // The SQL of the two, for the confirm dialog.
    virtual QStringList removeSql(DeadWhere kind, std::span<const DeadElement> rows) const = 0;
    virtual QStringList putBackSql(DeadWhere kind, std::span<const DeadElement> rows) const = 0;
};

} // namespace outboard
