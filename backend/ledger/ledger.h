// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "core/strongid.h"
#include "model/event.h"

#include <QByteArray>
#include <QHash>
#include <QList>
#include <QStringList>

#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace outboard {

/// The open transaction of a guarded piece of work, for handlers that run in the database.
class SqlTransaction
{
public:
    virtual ~SqlTransaction() = default;

    /// One statement with parameters ($1, $2, …) as text; std::nullopt is NULL.
    /// After an error the transaction is aborted: return the error from the work.
    virtual Result<void> execute(
        const QByteArray& sql, const std::vector<std::optional<QByteArray>>& parameters) = 0;
};

/// The processed-event ledger of one consuming service. Synchronous; used on one thread.
class Ledger
{
public:
    /// Receives the events whose ids were newly inserted, in the order asked for; an error rolls
    /// all of them back, so that no ledger row is left without its work.
    using Work = std::function<Result<void>(std::span<const EventId> inserted, SqlTransaction&)>;

    virtual ~Ledger() = default;

    virtual bool isUsable() const = 0;
    virtual Result<Microseconds> ping() = 0;

    /// Table name as the profile spells it; the name that handlers and screens refer to.
    virtual QString name() const = 0;

    /// One mark per id, in order. `createdAt`, where known, tells Unknown (older than the
    /// retention) from Unprocessed. Chunks of 1 000 ids. Source: SELECT .. WHERE event_id = ANY.
    virtual Result<std::vector<LedgerMark>> find(
        const GroupName& group,
        std::span<const EventId> ids,
        std::span<const std::optional<TimePoint>> createdAt) = 0;

    /// When the rows of these events were written. Events without a row are left out; so are all
    /// where the ledger has no time column. Chunks of 1 000 ids. Source: SELECT .. = ANY.
    virtual Result<QHash<EventId, TimePoint>> times(
        const GroupName& group, std::span<const EventId> ids) = 0;

    /// In one transaction: INSERT .. ON CONFLICT DO NOTHING for all ids, `work` for those inserted,
    /// commit. Ids that were in the ledger already are not handed to `work`.
    /// Returns the ids that were inserted and committed. On an error everything is rolled back,
    /// except Error::Conflict: whether it was committed is unknown (find() tells).
    virtual Result<std::vector<EventId>> withMarks(
        const GroupName& group, std::span<const EventId> ids, const Work& work) = 0;

    /// The statements of withMarks() in their order, around those of the work: for the confirm
    /// dialog.
    virtual QStringList markSql(const QStringList& work) const = 0;

    /// SQL that adds the unique constraint which the table lacks; empty when it has one.
    /// Source: one SELECT on the catalogue.
    virtual Result<QString> keyAdvice() { return QString(); }
};

} // namespace outboard
