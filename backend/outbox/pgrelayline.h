// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "outbox/outboxmapping.h"
#include "outbox/pgconnection.h"
#include "outbox/relayline.h"

#include <QByteArray>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace outboard {

/// The advisory lock that keeps two Outboards from relaying one table: the same for every Outboard,
/// different for every table.
qint64 relayLockKey(const OutboxMapping& mapping);

/// RelayLine on PostgreSQL. Row locks hold the batch between append and mark, so that another relay
/// that skips locked rows never meets it; they are the transaction's, and so is the mark.
class PgRelayLine final : public RelayLine
{
public:
    /// Who holds the advisory lock, and for how long.
    enum class Lock { OfEachBatch, OfTheRun, OfOtherLine };

    PgRelayLine(PgConnection& connection, const OutboxMapping& mapping, Lock lock);
    /// With a connection of its own, beside a line that holds the lock of the run.
    PgRelayLine(std::unique_ptr<PgConnection> connection, const OutboxMapping& mapping);
    ~PgRelayLine() override;
    Q_DISABLE_COPY_MOVE(PgRelayLine)

    /// Error::Refused when another Outboard relays the table.
    Result<void> takeRunLock();

    bool isUsable() const override { return m_connection.isUsable(); }

    Result<LockedRows> lock(const RelayBatch& batch) override;
    RelayReport mark(const std::vector<Result<EntryId>>& results) override;
    void letGo() override;

private:
    QByteArray lockCall(const QByteArray& function) const;
    Result<LockedRows> select(const RelayBatch& batch);
    Result<qint64> markAccepted(const std::vector<QByteArray>& accepted);

    std::unique_ptr<PgConnection> m_own; ///< Null: the store's.
    PgConnection& m_connection;
    const OutboxMapping& m_mapping;
    Lock m_lock;
    bool m_isRunLocked = false;
    std::optional<PgTransaction> m_transaction;
    std::vector<QByteArray> m_ids;
};

using AnotherConnection = std::function<Result<std::unique_ptr<PgConnection>>()>;

/// OutboxStore::relayLines() on PostgreSQL.
Result<RelayLines> pgRelayLines(
    PgConnection& connection, const OutboxMapping& mapping, const AnotherConnection& another);

} // namespace outboard
