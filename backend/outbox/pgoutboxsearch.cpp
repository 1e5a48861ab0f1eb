// SPDX-License-Identifier: GPL-3.0-or-later
#include "outbox/pgoutboxsearch.h"

#include "outbox/pgconnection.h"
#include "text/format.h"

#include <QCoreApplication>

#include <algorithm>
#include <numeric>

namespace outboard {

namespace {

constexpr Milliseconds searchTimeout{10'000};
/// Rows that are looked at where the column has no index.
constexpr qint64 searchWindow = 100'000;
constexpr qsizetype mostFound = 100;

bool isIndexed(const PgOutboxMonitor::Facts& facts, const OutboxMapping& mapping)
{
    return facts.isSmall || facts.hasEventIndex
           || (facts.hasIdIndex && mapping.eventId().sql() == mapping.id().sql());
}

} // namespace

PgOutboxSearch::PgOutboxSearch(PgConnection& connection, const OutboxMapping& mapping)
    : m_connection(connection)
    , m_mapping(mapping)
{}

Result<PgRows> PgOutboxSearch::run(const SqlStatement& statement)
{
    auto transaction = m_connection.begin(PgConnection::Mode::ReadOnly, searchTimeout);
    if (!transaction)
        return transaction.error();
    return transaction->query(statement.sql, statement.parameters);
}

Result<FoundRows> PgOutboxSearch::lookUp(const PgOutboxMonitor::Facts& facts, const QByteArray& id)
{
    FoundRows found;
    const auto add = [&](const SqlStatement& statement) -> Result<void> {
        const auto rows = run(statement);
        if (!rows)
            return rows.error();
        for (qsizetype row = 0; row < std::min(rows->size(), mostFound); ++row)
            found.rows << m_mapping.row(*rows, row, 0);
        return {};
    };
    std::optional<QByteArray> from;
    if (!isIndexed(facts, m_mapping)) {
        const auto end = run(m_mapping.windowEnd(true, {}, searchWindow));
        if (!end)
            return end.error();
        if (!end->isEmpty()) {
            from = end->value(0, 0);
            found.note = QCoreApplication::translate(
                             "outboard",
                             "Event ids have no index in the outbox: only the newest 100 000 rows "
                             "were looked at, down to row %1.")
                             .arg(format::oneLine(*from));
        }
    }
    if (const auto value = m_mapping.eventId().canonical(id)) {
        if (const auto added = add(m_mapping.rowsByEvent({*value}, from)); !added)
            return added.error();
    }
    const auto row = m_mapping.id().canonical(id);
    if (found.rows.isEmpty() && row && (facts.hasIdIndex || facts.isSmall)) {
        if (const auto added = add(m_mapping.rowsById({*row})); !added)
            return added.error();
    }
    if (!found.rows.isEmpty())
        found.note.clear();
    return found;
}

/// Ids that grow with time lead to the window in a few look-ups; the rest of the table is not read.
Result<PgOutboxSearch::Start> PgOutboxSearch::startOf(
    const PgOutboxMonitor::Facts& facts, const RowWindow& window)
{
    if (!facts.hasIdIndex || !m_mapping.hasIntegerIds() || !m_mapping.hasCreatedAt())
        return Start{};
    const auto bounds = run(m_mapping.idBounds());
    if (!bounds)
        return bounds.error();
    const auto lowest = bounds->optionalInteger(0, 0);
    const auto highest = bounds->optionalInteger(0, 1);
    if (!lowest || !highest)
        return Start{};
    const TimePoint wanted = window.since - window.reach;
    qint64 low = *lowest;
    qint64 high = *highest;
    while (low < high) {
        const qint64 middle = std::midpoint(low, high);
        const auto created = run(m_mapping.createdFrom(middle));
        if (!created)
            return created.error();
        std::optional<TimePoint> time;
        if (!created->isEmpty())
            time = created->optionalTime(0, 0);
        if (time && *time < wanted)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == *lowest)
        return Start{};
    return Start{
        OutboxRowId(QByteArray::number(low - 1)),
        QCoreApplication::translate(
            "outboard", "Rows created more than %1 before the window were not looked at.")
            .arg(format::duration(window.reach))};
}

Result<TimedRows> PgOutboxSearch::rowsOfTime(
    const PgOutboxMonitor::Facts& facts,
    const RowWindow& window,
    const std::optional<OutboxRowId>& after,
    qint64 limit)
{
    const auto start = after ? Result<Start>(Start{after, {}}) : startOf(facts, window);
    if (!start)
        return start.error();
    const qint64 wanted = std::clamp<qint64>(limit, 1, 10'000);
    const auto rows = run(m_mapping.timedRows(window, start->after, wanted));
    if (!rows)
        return rows.error();
    TimedRows page;
    page.at = facts.now;
    page.note = start->note;
    page.keepsPublished = !m_mapping.deletesPublished() && m_mapping.knowsUnpublished();
    for (qsizetype row = 0; row < rows->size(); ++row) {
        if (rows->boolean(row, 6))
            page.rows << m_mapping.timedRow(*rows, row);
    }
    if (rows->isEmpty() || rows->integer(0, 7) < wanted)
        return page;
    const auto earliest = rows->optionalTime(0, 8);
    const bool isBehind = m_mapping.hasIntegerIds() && earliest
                          && *earliest > window.until + std::max(window.reach, Milliseconds(0));
    if (!isBehind)
        page.next = OutboxRowId(rows->value(rows->size() - 1, 0));
    return page;
}

} // namespace outboard
