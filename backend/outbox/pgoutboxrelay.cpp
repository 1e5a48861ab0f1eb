// SPDX-License-Identifier: GPL-3.0-or-later
#include "outbox/pgoutboxrelay.h"

#include "outbox/pgconnection.h"

#include <QCoreApplication>
#include <QElapsedTimer>

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
    const PgRows& rows, const std::vector<Result<EntryId>>& results, RelayReport& report)
{
    Sorted sorted;
    for (qsizetype row = 0; row < rows.size(); ++row) {
        const auto index = static_cast<std::size_t>(row);
        if (index >= results.size()) {
            ++sorted.inDoubt;
            report.error = unanswered();
        } else if (results[index]) {
            sorted.accepted.push_back(rows.value(row, 0));
        } else if (mayHaveBeenAppended(results[index].error().kind)) {
            ++sorted.inDoubt;
            if (!report.error)
                report.error = results[index].error();
        } else {
            report.failed << RelayFailure{OutboxRowId(rows.value(row, 0)), results[index].error()};
        }
    }
    return sorted;
}

Result<void> takeLock(
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
    if (!locked->boolean(0, 0))
        return busyError(mapping.tableName());
    return {};
}

/// Marks and commits; the number of rows that are published now.
Result<qint64> markAccepted(
    PgTransaction& transaction,
    const OutboxMapping& mapping,
    const std::vector<QByteArray>& accepted)
{
    const auto count = static_cast<qint64>(accepted.size());
    if (accepted.empty())
        return count;
    const SqlStatement statement = mapping.mark(accepted);
    const auto marked = transaction.query(statement.sql, statement.parameters);
    if (!marked)
        return marked.error();
    if (marked->affected() != count)
        return notMarked(count, marked->affected());
    if (auto committed = transaction.commit(); !committed)
        return committed.error();
    return count;
}

} // namespace

qint64 relayLockKey(const OutboxMapping& mapping)
{
    constexpr qint64 outboard = 0x4F75'7462; // "Outb"
    return (outboard << 32) | mapping.table().oid;
}

Result<RelayChunk> relayChunk(
    PgConnection& connection,
    const OutboxMapping& mapping,
    const RelayBatch& batch,
    const OutboxStore::Publish& publish)
{
    if (!mapping.canRelay())
        return cannotRelay(mapping.tableName());
    QElapsedTimer timer;
    timer.start();
    auto transaction = connection.begin(PgConnection::Mode::ReadWrite);
    if (!transaction)
        return transaction.error();
    if (auto locked = takeLock(*transaction, mapping, batch.publishDeadline); !locked)
        return locked.error();
    const SqlStatement select = mapping.lockBatch(batch);
    const auto rows = transaction->query(select.sql, select.parameters);
    if (!rows)
        return rows.error();

    RelayChunk chunk;
    chunk.report.remaining =
        Count::unknown(QCoreApplication::translate("outboard", "Not counted after each chunk."));
    chunk.seen = rows->size();
    if (rows->isEmpty())
        return chunk;
    chunk.last = OutboxRowId(rows->value(rows->size() - 1, 0));
    std::vector<OutgoingMessage> messages;
    messages.reserve(static_cast<std::size_t>(rows->size()));
    for (qsizetype row = 0; row < rows->size(); ++row)
        messages.push_back(mapping.message(*rows, row));

    // From here on messages may be in the broker: every outcome is a report, so that they are
    // counted.
    const Sorted sorted = sortResults(*rows, publish(messages), chunk.report);
    const auto published = markAccepted(*transaction, mapping, sorted.accepted);
    chunk.report.published = published.value_or(0);
    chunk.report.duplicatesPossible = sorted.inDoubt;
    if (!published) {
        chunk.report.duplicatesPossible += static_cast<qint64>(sorted.accepted.size());
        chunk.report.error = published.error();
    }
    chunk.report.elapsed = Milliseconds(timer.elapsed());
    return chunk;
}

} // namespace outboard
