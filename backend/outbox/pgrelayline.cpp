// SPDX-License-Identifier: GPL-3.0-or-later
#include "outbox/pgrelayline.h"

#include <QCoreApplication>

#include <utility>

namespace outboard {

namespace {

/// What the broker said, sorted.
struct Sorted
{
    std::vector<QByteArray> accepted;
    qint64 inDoubt = 0; ///< May have been appended.
};

bool mayHaveBeenAppended(Error::Kind kind)
{
    return kind == Error::Kind::Unreachable || kind == Error::Kind::Timeout
           || kind == Error::Kind::Conflict;
}

Error busyError(const QString& table)
{
    return Error{
        Error::Kind::Refused,
        QCoreApplication::translate(
            "outboard",
            "Another Outboard relays table %1 at this moment. Wait for it to finish, or stop it "
            "there.")
            .arg(table),
        {}};
}

Error cannotRelay(const QString& table)
{
    return Error{
        Error::Kind::Refused,
        QCoreApplication::translate(
            "outboard",
            "Outboard cannot relay table %1: its mapping does not say which rows wait and how a "
            "row is marked as published. Where a replication slot sends the rows, start its "
            "connector instead; else set \"outbox.unpublished\" and \"outbox.mark_published\" in "
            "the profile.")
            .arg(table),
        {}};
}

Error unanswered()
{
    return Error{
        Error::Kind::Internal,
        QCoreApplication::translate(
            "outboard", "The broker gave no answer for some messages. Please report this."),
        {}};
}

Error notMarked(qint64 accepted, qint64 marked)
{
    return Error{
        Error::Kind::Refused,
        QCoreApplication::translate(
            "outboard",
            "The broker accepted %1 messages but only %2 rows could be marked as published. Look "
            "for "
            "row security, rules or triggers on the outbox table.")
            .arg(accepted)
            .arg(marked),
        {}};
}

Sorted sortResults(
    const std::vector<QByteArray>& ids,
    const std::vector<Result<EntryId>>& results,
    RelayReport& report)
{
    Sorted sorted;
    sorted.accepted.reserve(ids.size());
    for (std::size_t row = 0; row < ids.size(); ++row) {
        if (row >= results.size()) {
            ++sorted.inDoubt;
            report.error = unanswered();
        } else if (results[row]) {
            sorted.accepted.push_back(ids[row]);
        } else if (mayHaveBeenAppended(results[row].error().kind)) {
            ++sorted.inDoubt;
            if (!report.error)
                report.error = results[row].error();
        } else {
            report.failed << RelayFailure{OutboxRowId(ids[row]), results[row].error()};
        }
    }
    return sorted;
}

/// For one batch, with the transaction.
Result<void> takeBatchLock(
    PgTransaction& transaction, const OutboxMapping& mapping, Milliseconds deadline)
{
    // The session is idle while the broker works: longer than its deadline means that Outboard
    // hangs.
    const auto limit = deadline + Milliseconds(20'000);
    const auto locked = transaction.query(
        "SET LOCAL idle_in_transaction_session_timeout = " + QByteArray::number(limit.count())
        + "; SELECT pg_try_advisory_xact_lock(" + QByteArray::number(relayLockKey(mapping)) + ')');
    if (!locked)
        return locked.error();
    return locked->boolean(0, 0) ? Result<void>() : busyError(mapping.tableName());
}

} // namespace

qint64 relayLockKey(const OutboxMapping& mapping)
{
    constexpr qint64 outboard = 0x4F75'7462; // "Outb"
    return (outboard << 32) | mapping.table().oid;
}

PgRelayLine::PgRelayLine(PgConnection& connection, const OutboxMapping& mapping, Lock lock)
    : m_connection(connection)
    , m_mapping(mapping)
    , m_lock(lock)
{}

PgRelayLine::PgRelayLine(std::unique_ptr<PgConnection> connection, const OutboxMapping& mapping)
    : PgRelayLine(*connection, mapping, Lock::OfOtherLine)
{
    m_own = std::move(connection);
}

PgRelayLine::~PgRelayLine()
{
    letGo();
    if (m_isRunLocked && m_connection.isUsable())
        (void)m_connection.query(lockCall("pg_advisory_unlock"));
}

QByteArray PgRelayLine::lockCall(const QByteArray& function) const
{
    return "SELECT " + function + '(' + QByteArray::number(relayLockKey(m_mapping)) + ')';
}

Result<void> PgRelayLine::takeRunLock()
{
    const auto locked = m_connection.query(lockCall("pg_try_advisory_lock"));
    if (!locked)
        return locked.error();
    m_isRunLocked = locked->boolean(0, 0);
    return m_isRunLocked ? Result<void>() : busyError(m_mapping.tableName());
}

Result<LockedRows> PgRelayLine::lock(const RelayBatch& batch)
{
    auto locked = select(batch);
    if (!locked || locked->messages.empty())
        letGo();
    return locked;
}

Result<LockedRows> PgRelayLine::select(const RelayBatch& batch)
{
    if (!m_mapping.canRelay())
        return cannotRelay(m_mapping.tableName());
    auto transaction = m_connection.begin(PgConnection::Mode::ReadWrite);
    if (!transaction)
        return transaction.error();
    m_transaction.emplace(std::move(*transaction));
    if (m_lock == Lock::OfEachBatch) {
        if (auto taken = takeBatchLock(*m_transaction, m_mapping, batch.publishDeadline); !taken)
            return taken.error();
    }
    const SqlStatement statement = m_mapping.lockBatch(batch);
    const auto rows = m_transaction->query(statement.sql, statement.parameters);
    if (!rows)
        return rows.error();
    LockedRows locked;
    const auto count = static_cast<std::size_t>(rows->size());
    locked.messages.reserve(count);
    m_ids.clear();
    m_ids.reserve(count);
    for (qsizetype row = 0; row < rows->size(); ++row) {
        m_ids.push_back(rows->value(row, 0));
        locked.messages.push_back(m_mapping.message(*rows, row));
    }
    if (!m_ids.empty())
        locked.last = OutboxRowId(m_ids.back());
    return locked;
}

RelayReport PgRelayLine::mark(const std::vector<Result<EntryId>>& results)
{
    RelayReport report;
    report.remaining =
        Count::unknown(QCoreApplication::translate("outboard", "Not counted after each chunk."));
    const Sorted sorted = sortResults(m_ids, results, report);
    const auto published = markAccepted(sorted.accepted);
    letGo();
    report.published = published.value_or(0);
    report.duplicatesPossible = sorted.inDoubt;
    if (!published) {
        report.duplicatesPossible += static_cast<qint64>(sorted.accepted.size());
        report.error = published.error();
    }
    return report;
}

/// Marks and commits; the number of rows that are published now.
Result<qint64> PgRelayLine::markAccepted(const std::vector<QByteArray>& accepted)
{
    const auto count = static_cast<qint64>(accepted.size());
    if (accepted.empty())
        return count;
    const SqlStatement statement = m_mapping.mark(accepted);
    const auto marked = m_transaction->query(statement.sql, statement.parameters);
    if (!marked)
        return marked.error();
    if (marked->affected() != count)
        return notMarked(count, marked->affected());
    if (auto committed = m_transaction->commit(); !committed)
        return committed.error();
    return count;
}

void PgRelayLine::letGo()
{
    m_transaction.reset();
    m_ids.clear();
}

Result<RelayLines> pgRelayLines(
    PgConnection& connection, const OutboxMapping& mapping, const AnotherConnection& another)
{
    if (connection.isPooled() || !mapping.canRelay())
        return RelayLines();
    auto second = another();
    if (!second)
        return RelayLines();
    auto first = std::make_unique<PgRelayLine>(connection, mapping, PgRelayLine::Lock::OfTheRun);
    if (auto locked = first->takeRunLock(); !locked)
        return locked.error();
    RelayLines lines;
    lines.push_back(std::move(first));
    lines.push_back(std::make_unique<PgRelayLine>(std::move(*second), mapping));
    return lines;
}

} // namespace outboard
