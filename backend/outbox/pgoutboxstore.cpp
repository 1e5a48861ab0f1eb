// SPDX-License-Identifier: GPL-3.0-or-later
#include "outbox/pgoutboxstore.h"

#include "outbox/outboxmapping.h"
#include "outbox/outboxpresets.h"
#include "outbox/pgconnection.h"
#include "outbox/pgdeadrows.h"
#include "outbox/pgoutboxhealth.h"
#include "outbox/pgoutboxmonitor.h"
#include "outbox/pgoutboxrelay.h"
#include "outbox/pgoutboxsearch.h"
#include "outbox/pgrelayline.h"

#include <QCoreApplication>

#include <algorithm>
#include <map>
#include <optional>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

/// What the operator asked for may take longer than a monitoring round.
constexpr Milliseconds pageTimeout{2'000};
constexpr Milliseconds rowsTimeout{10'000};
/// Rows that one filtered page looks at, where no index helps.
constexpr qint64 searchWindow = 100'000;
constexpr qint64 laterRows = 20'000;

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
    PgOutboxStore(
        std::unique_ptr<PgConnection> connection,
        AnotherConnection another,
        OutboxMapping mapping,
        std::map<DeadWhere, DeadTable> dead)
        : m_connection(std::move(connection))
        , m_another(std::move(another))
        , m_mapping(std::move(mapping))
        , m_monitor(*m_connection, m_mapping)
        , m_health(*m_connection, m_mapping)
        , m_search(*m_connection, m_mapping)
    {
        if (const auto table = dead.find(DeadWhere::OutboxTable); table != dead.end())
            m_monitor.alsoCount(table->second);
        if (!dead.empty())
            m_dead.emplace(*m_connection, std::move(dead));
    }

    bool isUsable() const override { return m_connection->isUsable(); }

    Result<Microseconds> ping() override { return m_connection->ping(); }

    Result<OutboxState> state() override { return m_monitor.state(); }

    Result<OutboxHealth> health() override;

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

    Result<LaterRows> laterOfKeys(const QList<QByteArray>& keys, const OutboxRowId& after) override;

    Result<FoundRows> lookUp(const QByteArray& id) override
    {
        const auto facts = m_monitor.facts();
        return facts ? m_search.lookUp(*facts, id) : Result<FoundRows>(facts.error());
    }

    Result<TimedRows> rowsOfTime(
        const RowWindow& window, const std::optional<OutboxRowId>& after, qint64 limit) override
    {
        const auto facts = m_monitor.facts();
        return facts ? m_search.rowsOfTime(*facts, window, after, limit)
                     : Result<TimedRows>(facts.error());
    }

    Result<Count> countUnpublished(const QList<TopicName>& topics, qint64 cap) override;

    Result<RelayChunk> relay(const RelayBatch& batch, const Publish& publish) override
    {
        return relayChunk(*m_connection, m_mapping, batch, publish);
    }

    Result<RelayLines> relayLines() override
    {
        return pgRelayLines(*m_connection, m_mapping, m_another);
    }

    QStringList relaySql(const RelayBatch& batch) const override
    {
        return m_mapping.relayScript(batch, relayLockKey(m_mapping));
    }

    DeadRows* dead() override { return m_dead ? &*m_dead : nullptr; }

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
    AnotherConnection m_another; ///< Like it.
    OutboxMapping m_mapping;
    PgOutboxMonitor m_monitor;
    PgOutboxHealth m_health;
    PgOutboxSearch m_search;
    std::optional<PgDeadRows> m_dead;
};

Result<OutboxHealth> PgOutboxStore::health()
{
    const auto facts = m_monitor.facts();
    if (!facts && !m_connection->isUsable())
        return facts.error();
    const bool isOrdered = m_mapping.hasIntegerIds();
    return m_health.look(isOrdered && facts && (facts->hasUnpublishedIndex || facts->isSmall));
}

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

Result<LaterRows> PgOutboxStore::laterOfKeys(
    const QList<QByteArray>& keys, const OutboxRowId& after)
{
    LaterRows later;
    if (!m_mapping.hasKey() || !m_mapping.hasIntegerIds()) {
        later.note = QCoreApplication::translate(
            "outboard", "Newer events of a key are only found where row ids are numbers.");
        return later;
    }
    auto transaction = m_connection->begin(PgConnection::Mode::ReadOnly, pageTimeout);
    if (!transaction)
        return transaction.error();
    const SqlStatement window = m_mapping.windowEnd(false, after, searchWindow);
    const auto end = transaction->query(window.sql, window.parameters);
    if (!end)
        return end.error();
    const auto until = end->isEmpty() ? std::nullopt : std::optional(end->value(0, 0));
    const SqlStatement statement = m_mapping.laterOfKeys(keys, after, until, laterRows);
    const auto rows = transaction->query(statement.sql, statement.parameters);
    if (!rows)
        return rows.error();
    for (qsizetype row = 0; row < rows->size(); ++row) {
        later.rows.append(
            {OutboxRowId(rows->value(row, 0)),
             EventId(rows->value(row, 1)),
             rows->value(row, 2),
             rows->time(row, 3)});
    }
    if (until || rows->size() == laterRows) {
        const QByteArray last = rows->size() == laterRows ? later.rows.last().row.bytes() : *until;
        later.note = QCoreApplication::translate(
                         "outboard", "Newer events of the same keys were looked for up to row %1.")
                         .arg(QString::fromUtf8(last));
    }
    return later;
}

Result<Count> PgOutboxStore::countUnpublished(const QList<TopicName>& topics, qint64 cap)
{
    if (!m_mapping.knowsUnpublished())
        return Count::unknown(
            QCoreApplication::translate("outboard", "The table does not tell which rows wait."));
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

Result<std::map<DeadWhere, DeadTable>> findDead(
    PgConnection& connection, const OutboxSettings& settings, const OutboxMapping& mapping)
{
    std::map<DeadWhere, DeadTable> found;
    if (mapping.hasDead()) {
        auto rows = DeadTable::ofOutbox(settings, mapping.table(), mapping.eventId());
        if (!rows)
            return rows.error();
        found.emplace(DeadWhere::OutboxRow, std::move(*rows));
    }
    if (!settings.deadTable.isEmpty()) {
        const auto table =
            findTable(connection, {settings.deadTable, {}, u"dead"_s, u"outbox.dead_table"_s});
        if (!table)
            return table.error();
        auto rows = DeadTable::ofDeadLetters(settings, *table);
        if (!rows)
            return rows.error();
        found.emplace(DeadWhere::OutboxTable, std::move(*rows));
    }
    return found;
}

} // namespace

const QString& dsnFor(const OutboxSettings& settings, Access access)
{
    const bool readsElsewhere = access == Access::Monitor && !settings.monitorDsn.isEmpty();
    return readsElsewhere ? settings.monitorDsn : settings.dsn;
}

Result<std::unique_ptr<OutboxStore>> makePgOutboxStore(
    const OutboxSettings& settings,
    Access access,
    const std::optional<QString>& password,
    std::stop_token stop,
    const NetRoute& route)
{
    auto complete = withPreset(settings);
    if (!complete)
        return complete.error();
    const auto open = [stop = std::move(stop),
                       target = PgTarget{
                           .dsn = dsnFor(settings, access),
                           .password = password,
                           .access = access,
                           .route = route}] { return PgConnection::open(target, stop); };
    auto connection = open();
    if (!connection)
        return connection.error();
    auto table = findTable(
        **connection, {complete->settings.table, complete->suffix, u"outbox"_s, u"outbox.table"_s});
    if (!table)
        return table.error();
    auto mapping = OutboxMapping::make(complete->settings, std::move(*table));
    if (!mapping)
        return mapping.error();
    auto dead = findDead(**connection, complete->settings, *mapping);
    if (!dead)
        return dead.error();
    return std::unique_ptr<OutboxStore>(std::make_unique<PgOutboxStore>(
        std::move(*connection), open, std::move(*mapping), std::move(*dead)));
}

} // namespace outboard
