// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/access.h"
#include "core/result.h"
#include "core/time.h"
#include "net/netplace.h"
#include "outbox/pgrows.h"

#include <QByteArray>
#include <QString>

#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

namespace outboard {

/// Parameters $1, $2, … as text; std::nullopt is NULL.
using PgParameters = std::vector<std::optional<QByteArray>>;

/// Where to connect, and with which limits. Limits that are absent come from the access:
/// Monitor 150 ms a statement and 50 ms a lock, Operate 15 s and 2 s.
struct PgTarget
{
    QString dsn = {};
    std::optional<QString> password = {}; ///< Used when the DSN holds none.
    Access access = Access::Monitor;
    std::optional<Milliseconds> statementTimeout = {};
    std::optional<Milliseconds> lockTimeout = {};
    NetRoute route = {}; ///< Empty: directly.
};

class PgTransaction;

/// One connection. Used on one thread. Never reconnects by itself: after isUsable() turned false it
/// stays false, and everything answers Error::Unreachable.
/// Monitor sessions are read-only at the server (default_transaction_read_only). Behind a pooler
/// (PgBouncer), where sessions are shared with others, nothing is set for the session: each
/// statement has a transaction of its own, read-only and with the limits.
/// Operate connections lead to a primary, or are refused.
class PgConnection
{
public:
    /// Blocks up to the connect deadline (3 s a host, unless the DSN sets one). A stop request cuts
    /// a Monitor connection at once, also in the middle of a statement; an Operate one is left to
    /// finish.
    static Result<std::unique_ptr<PgConnection>> open(
        const PgTarget& target, std::stop_token stop = {});

    ~PgConnection();
    Q_DISABLE_COPY_MOVE(PgConnection)

    bool isUsable() const;
    Access access() const;

    /// The time that one trivial statement took, on this machine.
    Result<Microseconds> ping();

    /// Whether a pooler stands between, which lends its sessions.
    bool isPooled() const;

    /// One statement in its own transaction.
    Result<PgRows> query(const QByteArray& sql, const PgParameters& parameters = {});

    enum class Mode { ReadOnly, ReadWrite };

    /// Opens a transaction; only one can be open, and query() must not be called meanwhile.
    /// `statementTimeout` replaces the session's within it.
    /// Error::Refused for ReadWrite on a Monitor connection.
    Result<PgTransaction> begin(Mode mode, std::optional<Milliseconds> statementTimeout = {});

private:
    friend class PgTransaction;
    Result<PgRows> queryInTransaction(const QByteArray& sql, const PgParameters& parameters);

    struct Private;
    explicit PgConnection(std::unique_ptr<Private> d);
    std::unique_ptr<Private> d;
};

/// An open transaction; rolled back when it goes away without commit().
/// After an error the transaction is aborted: every further statement, and commit(), fails.
class PgTransaction
{
public:
    PgTransaction(PgTransaction&&) noexcept;
    PgTransaction& operator=(PgTransaction&&) noexcept;
    ~PgTransaction();

    /// Without parameters several statements, separated by semicolons, are allowed; the answer is
    /// the last one's.
    Result<PgRows> query(const QByteArray& sql, const PgParameters& parameters = {});

    /// Error::Conflict when the connection broke in between, so that nobody knows whether it
    /// happened; after any other error the transaction was rolled back.
    Result<void> commit();

    void rollBack();

private:
    friend class PgConnection;
    struct Private;
    explicit PgTransaction(std::unique_ptr<Private> d);
    std::unique_ptr<Private> d;
};

} // namespace outboard
