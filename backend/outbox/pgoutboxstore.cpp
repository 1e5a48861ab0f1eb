// SPDX-License-Identifier: GPL-3.0-or-later
#include "outbox/pgoutboxstore.h"

#include "outbox/outboxmapping.h"
#include "outbox/outboxpresets.h"
#include "outbox/pgconnection.h"
#include "outbox/pgoutboxmonitor.h"
#include "outbox/pgoutboxrelay.h"

#include <QCoreApplication>

#include <algorithm>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

/// What the operator asked for may take longer than a monitoring round.
constexpr Milliseconds pageTimeout{2'000};
constexpr Milliseconds rowsTimeout{10'000};
/// Rows that one filtered page looks at, where no index helps.
constexpr qint64 searchWindow = 100'000;

/// The ids that can be values of the column, in its text form; the others cannot be in the table.
template<class Id>
std::vector<QByteArray> canonicalIds(const PgColumn& column, std::span<const Id> ids)
{
    std::vector<QByteArray> values;
    values.reserve(ids.size());
    for (const Id& id : ids) {
        if (auto value = column.canonical(id.bytes()))
            values.push_back(std::move(*value));
    }
    return values;
}

class PgOutboxStore final : public OutboxStore
{
public:
    PgOutboxStore(std::unique_ptr<PgConnection> connection, OutboxMapping mapping)
        : m_connection(std::move(connection))
        , m_mapping(std::move(mapping))
        , m_monitor(*m_connection, m_mapping)
    {}

    bool isUsable() const override { return m_connection->isUsable(); }

    Result<Microseconds> ping() override { return m_connection->ping(); }

    Result<OutboxState> state() override { return m_monitor.state(); }

    Result<OutboxPage> page(
        const OutboxFilter& filter, const std::optional<OutboxRowId>& after, qint64 limit) override;

    Result<QList<OutboxRow>> rows(std::span<const OutboxRowId> ids) override
    {
        return fetch(m_mapping.rowsById(canonicalIds(m_mapping.id(), ids)));
    }

    Result<QList<OutboxRow>> rowsOfEvents(std::span<const EventId> ids) override
    {
        return fetch(m_mapping.rowsByEvent(canonicalIds(m_mapping.eventId(), ids)));
    }

    Result<Count> countUnpublished(const QList<TopicName>& topics, qint64 cap) override;

    Result<RelayChunk> relay(const RelayBatch& batch, const Publish& publish) override
    {
        return relayChunk(*m_connection, m_mapping, batch, publish);
    }

    QStringList relaySql(const RelayBatch& batch) const override
    {
        return m_mapping.relayScript(batch, relayLockKey(m_mapping));
    }

private:
    struct Window
    {
        bool isBounded = false;
        std::optional<QByteArray> end; ///< Absent: fewer rows are left than the window holds.
    };

    Result<QList<OutboxRow>> fetch(const SqlStatement& statement);
    Result<Window> window(
        PgTransaction& transaction,
        const PgOutboxMonitor::Facts& facts,
        const OutboxFilter& filter,
        const std::optional<OutboxRowId>& after);

    std::unique_ptr<PgConnection> m_connection;
    OutboxMapping m_mapping;
    PgOutboxMonitor m_monitor;
};

Result<QList<OutboxRow>> PgOutboxStore::fetch(const SqlStatement& statement)
{
    auto transaction = m_connection->begin(PgConnection::Mode::ReadOnly, rowsTimeout);
    if (!transaction)
        return transaction.error();
    const auto rows = transaction->query(statement.sql, statement.parameters);
    if (!rows)
        return rows.error();
    QList<OutboxRow> list;
    list.reserve(rows->size());
    for (qsizetype row = 0; row < rows->size(); ++row)
        list << m_mapping.row(*rows, row, 0);
    return list;
}

/// A filter that no index serves could walk a whole table of millions: it looks at a window of
/// rows, and the next page goes on where the window ended.
Result<PgOutboxStore::Window> PgOutboxStore::window(
    PgTransaction& transaction,
    const PgOutboxMonitor::Facts& facts,
    const OutboxFilter& filter,
    const std::optional<OutboxRowId>& after)
{
    const bool isStateIndexed =
        !filter.state || (filter.state == RowState::Unpublished && facts.hasUnpublishedIndex);
    const bool isPlain =
        isStateIndexed && !filter.topic && !filter.olderThan && filter.payloadText.isEmpty();
    if (facts.isSmall || !facts.hasIdIndex || isPlain || !filter.idText.isEmpty())
        return Window{};
    const SqlStatement statement = m_mapping.windowEnd(filter.newestFirst, after, searchWindow);
    const auto rows = transaction.query(statement.sql, statement.parameters);
    if (!rows)
        return rows.error();
    return Window{true, rows->isEmpty() ? std::nullopt : std::optional(rows->value(0, 0))};
}

Result<OutboxPage> PgOutboxStore::page(
    const OutboxFilter& filter, const std::optional<OutboxRowId>& after, qint64 limit)
{
    const auto facts = m_monitor.facts();
    if (!facts)
        return facts.error();
    OutboxPage page;
    page.at = facts->now;
    const qint64 wanted = std::clamp<qint64>(limit, 1, 1'000);
    if (after && !m_mapping.id().canonical(after->bytes()))
        return page;
    auto transaction = m_connection->begin(PgConnection::Mode::ReadOnly, pageTimeout);
    if (!transaction)
        return transaction.error();
    const auto searched = window(*transaction, *facts, filter, after);
    if (!searched)
        return searched.error();
    // One row more than wanted tells whether there is a next page.
    const SqlStatement statement = m_mapping.page(filter, after, searched->end, wanted + 1);
    const auto rows = transaction->query(statement.sql, statement.parameters);
    if (!rows)
        return rows.error();
    for (qsizetype row = 0; row < std::min<qsizetype>(rows->size(), wanted); ++row)
        page.rows << m_mapping.row(*rows, row, filter.payloadBytes);
    if (rows->size() > wanted)
        page.next = page.rows.last().id;
    else if (searched->end)
        page.next = OutboxRowId(*searched->end);
    if (searched->end && rows->size() <= wanted) {
        page.note = QCoreApplication::translate(
                        "outboard", "Looked at 100 000 rows, down to id %1; go on for the rest.")
                        .arg(QString::fromUtf8(*searched->end));
    }
    return page;
}

Result<Count> PgOutboxStore::countUnpublished(const QList<TopicName>& topics, qint64 cap)
{
    auto transaction = m_connection->begin(PgConnection::Mode::ReadOnly, pageTimeout);
    if (!transaction)
        return transaction.error();
    const SqlStatement statement = m_mapping.count(topics, cap);
    const auto rows = transaction->query(statement.sql, statement.parameters);
    if (!rows && rows.error().kind == Error::Kind::Timeout && m_connection->isUsable())
        return Count::unknown(rows.error().what);
    if (!rows)
        return rows.error();
    const qint64 count = rows->integer(0, 0);
    return count <= cap ? Count::exact(count) : Count::atLeast(cap);
}

} // namespace

Result<std::unique_ptr<OutboxStore>> makePgOutboxStore(
    const OutboxSettings& settings,
    Access access,
    const std::optional<QString>& password,
    std::stop_token stop)
{
    auto complete = withPreset(settings);
    if (!complete)
        return complete.error();
    auto connection = PgConnection::open(
        {.dsn = settings.dsn, .password = password, .access = access}, std::move(stop));
    if (!connection)
        return connection.error();
    auto table = findTable(
        **connection, {complete->settings.table, complete->suffix, u"outbox"_s, u"outbox.table"_s});
    if (!table)
        return table.error();
    auto mapping = OutboxMapping::make(complete->settings, std::move(*table));
    if (!mapping)
        return mapping.error();
    return std::unique_ptr<OutboxStore>(
        std::make_unique<PgOutboxStore>(std::move(*connection), std::move(*mapping)));
}

} // namespace outboard
