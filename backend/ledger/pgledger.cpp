// SPDX-License-Identifier: GPL-3.0-or-later
#include "ledger/pgledger.h"

#include "ledger/ledgermapping.h"
#include "outbox/pgconnection.h"
#include "outbox/sqltext.h"

#include <QCoreApplication>
#include <QHash>
#include <QMap>
#include <QSet>

#include <algorithm>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

constexpr Milliseconds findTimeout{2'000};
constexpr std::size_t findChunk = 1'000;

/// The guarded transaction as handlers see it.
class GuardedTransaction final : public SqlTransaction
{
public:
    explicit GuardedTransaction(PgTransaction& transaction)
        : m_transaction(transaction)
    {}

    Result<void> execute(
        const QByteArray& sql, const std::vector<std::optional<QByteArray>>& parameters) override
    {
        if (auto done = m_transaction.query(sql, parameters); !done)
            return done.error();
        return {};
    }

private:
    PgTransaction& m_transaction;
};

/// The columns of each unique index that can stop a second row.
Result<QList<QStringList>> uniqueKeys(PgConnection& connection, const PgTable& table)
{
    const auto rows = connection.query(
        "SELECT i.indexrelid, a.attname FROM pg_index i"
        " CROSS JOIN generate_series(0, i.indnkeyatts - 1) AS k"
        " JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[k]"
        " WHERE i.indrelid = $1::oid AND i.indisunique AND i.indisvalid AND i.indimmediate"
        " AND i.indpred IS NULL AND i.indexprs IS NULL",
        {QByteArray::number(table.oid)});
    if (!rows)
        return rows.error();
    QMap<QByteArray, QStringList> keys;
    for (qsizetype row = 0; row < rows->size(); ++row)
        keys[rows->value(row, 0)] << rows->text(row, 1);
    return keys.values();
}

class PgLedger final : public Ledger
{
public:
    PgLedger(
        std::unique_ptr<PgConnection> connection, LedgerMapping mapping, LedgerSettings settings)
        : m_connection(std::move(connection))
        , m_mapping(std::move(mapping))
        , m_settings(std::move(settings))
    {}

    bool isUsable() const override { return m_connection->isUsable(); }

    Result<Microseconds> ping() override { return m_connection->ping(); }

    QString name() const override
    {
        return m_settings.table.isEmpty() ? m_mapping.table().name : m_settings.table;
    }

    Result<QString> keyAdvice() override;

    Result<std::vector<LedgerMark>> find(
        const GroupName& group,
        std::span<const EventId> ids,
        std::span<const std::optional<TimePoint>> createdAt) override;

    Result<QHash<EventId, TimePoint>> times(
        const GroupName& group, std::span<const EventId> ids) override;

    Result<std::vector<EventId>> withMarks(
        const GroupName& group, std::span<const EventId> ids, const Work& work) override;

    QStringList markSql(const QStringList& work) const override { return m_mapping.script(work); }

private:
    /// Events by the text form that the server prints; of several spellings of one id the first.
    using ByValue = QMap<QByteArray, EventId>;

    bool serves(const GroupName& group) const;
    Result<QSet<QByteArray>> held(std::span<const QByteArray> values, const QByteArray& consumer);
    Result<std::optional<TimePoint>> horizon();
    Result<ByValue> valuesOf(std::span<const EventId> ids) const;
    Result<QByteArray> consumerOf(const GroupName& group) const;
    Result<QSet<QByteArray>> mark(
        PgTransaction& transaction, const ByValue& events, const QByteArray& consumer) const;

    std::unique_ptr<PgConnection> m_connection;
    LedgerMapping m_mapping;
    LedgerSettings m_settings;
};

Result<QString> PgLedger::keyAdvice()
{
    const auto keys = uniqueKeys(*m_connection, m_mapping.table());
    return keys ? m_mapping.keyAdvice(*keys) : Result<QString>(keys.error());
}

bool PgLedger::serves(const GroupName& group) const
{
    return m_settings.groups.isEmpty() || group.isEmpty()
           || m_settings.groups.contains(group.text());
}

Result<QSet<QByteArray>> PgLedger::held(
    std::span<const QByteArray> values, const QByteArray& consumer)
{
    const SqlStatement statement =
        m_mapping.find(std::vector(values.begin(), values.end()), consumer);
    const auto rows = m_connection->query(statement.sql, statement.parameters);
    if (!rows)
        return rows.error();
    QSet<QByteArray> found;
    for (qsizetype row = 0; row < rows->size(); ++row)
        found.insert(rows->value(row, 0));
    return found;
}

/// Events created before it may have been swept from the ledger; by the database's clock.
Result<std::optional<TimePoint>> PgLedger::horizon()
{
    if (!m_settings.retention)
        return std::optional<TimePoint>();
    const auto now = m_connection->query("SELECT " + sqltext::micros("now()"));
    if (!now)
        return now.error();
    return std::optional(now->time(0, 0) - *m_settings.retention);
}

Result<std::vector<LedgerMark>> PgLedger::find(
    const GroupName& group,
    std::span<const EventId> ids,
    std::span<const std::optional<TimePoint>> createdAt)
{
    Q_ASSERT(ids.size() == createdAt.size());
    std::vector<LedgerMark> marks(ids.size(), LedgerMark::Unknown);
    const auto consumer = m_mapping.consumer(group);
    if (!serves(group) || !consumer)
        return marks;
    const auto swept = horizon();
    if (!swept)
        return swept.error();
    for (std::size_t from = 0; from < ids.size(); from += findChunk) {
        const auto chunk = ids.subspan(from, std::min(findChunk, ids.size() - from));
        // An id that can never be in the column tells nothing: it stays unknown.
        std::vector<std::pair<std::size_t, QByteArray>> asked;
        std::vector<QByteArray> values;
        for (std::size_t i = 0; i < chunk.size(); ++i) {
            if (auto value = m_mapping.eventId().canonical(chunk[i].bytes())) {
                values.push_back(*value);
                asked.emplace_back(from + i, *value);
            }
        }
        const auto found = held(values, *consumer);
        if (!found)
            return found.error();
        for (const auto& [index, value] : asked) {
            const bool isRecent = !*swept || (createdAt[index] && *createdAt[index] >= **swept);
            marks[index] = found->contains(value) ? LedgerMark::Processed
                           : isRecent             ? LedgerMark::Unprocessed
                                                  : LedgerMark::Unknown;
        }
    }
    return marks;
}

Result<QHash<EventId, TimePoint>> PgLedger::times(
    const GroupName& group, std::span<const EventId> ids)
{
    QHash<EventId, TimePoint> found;
    const auto consumer = m_mapping.consumer(group);
    if (!serves(group) || !consumer)
        return found;
    for (std::size_t from = 0; from < ids.size(); from += findChunk) {
        QMultiHash<QByteArray, EventId> asked; // An id can be spelled in several ways.
        for (const EventId& id : ids.subspan(from, std::min(findChunk, ids.size() - from))) {
            if (const auto value = m_mapping.eventId().canonical(id.bytes()))
                asked.insert(*value, id);
        }
        const QList<QByteArray> keys = asked.uniqueKeys();
        const auto statement = m_mapping.times({keys.begin(), keys.end()}, *consumer);
        if (!statement)
            return found;
        const auto rows = m_connection->query(statement->sql, statement->parameters);
        if (!rows)
            return rows.error();
        for (qsizetype row = 0; row < rows->size(); ++row) {
            for (const EventId& id : asked.values(rows->value(row, 0)))
                found.insert(id, rows->time(row, 1));
        }
    }
    return found;
}

Result<PgLedger::ByValue> PgLedger::valuesOf(std::span<const EventId> ids) const
{
    ByValue events;
    for (const EventId& id : ids) {
        const auto value = m_mapping.eventId().canonical(id.bytes());
        if (!value) {
            return Error{
                Error::Kind::Refused,
                QCoreApplication::translate(
                    "outboard",
                    "Event id \"%1\" cannot be in column \"%2\" (%3) of ledger %4. Check which "
                    "field the profile takes as event id, and which ledger the group has.")
                    .arg(
                        id.text(),
                        m_mapping.eventId().name,
                        QString::fromUtf8(m_mapping.eventId().type),
                        name()),
                {}};
        }
        if (!events.contains(*value))
            events.insert(*value, id);
    }
    return events;
}

Result<QByteArray> PgLedger::consumerOf(const GroupName& group) const
{
    const auto consumer = m_mapping.consumer(group);
    if (serves(group) && consumer)
        return *consumer;
    return Error{
        Error::Kind::Refused,
        QCoreApplication::translate(
            "outboard",
            "Ledger %1 does not record the events of group \"%2\". Choose the group, or bind the "
            "ledger to it with \"groups\" in the profile.")
            .arg(name(), group.text()),
        {}};
}

/// The values that were not in the ledger and are now. The map's order is everybody's order, so
/// that two Outboards with the same events wait for each other instead of deadlocking.
Result<QSet<QByteArray>> PgLedger::mark(
    PgTransaction& transaction, const ByValue& events, const QByteArray& consumer) const
{
    const QList<QByteArray> keys = events.keys();
    const std::vector<QByteArray> values(keys.begin(), keys.end());
    QSet<QByteArray> marked;
    const auto run = [&](const SqlStatement& statement) -> Result<void> {
        const auto rows = transaction.query(statement.sql, statement.parameters);
        if (!rows)
            return rows.error();
        for (qsizetype row = 0; row < rows->size(); ++row)
            marked.insert(rows->value(row, 0));
        return {};
    };
    if (auto done = run(m_mapping.insert(values, consumer)); !done)
        return done.error();
    if (const auto update = m_mapping.takeOver(values, consumer)) {
        if (auto done = run(*update); !done)
            return done.error();
    }
    return marked;
}

Result<std::vector<EventId>> PgLedger::withMarks(
    const GroupName& group, std::span<const EventId> ids, const Work& work)
{
    if (!m_mapping.writable())
        return m_mapping.writable().error();
    const auto consumer = consumerOf(group);
    if (!consumer)
        return consumer.error();
    const auto events = valuesOf(ids);
    if (!events)
        return events.error();
    auto transaction = m_connection->begin(PgConnection::Mode::ReadWrite);
    if (!transaction)
        return transaction.error();
    const auto marked = mark(*transaction, *events, *consumer);
    if (!marked)
        return marked.error();
    std::vector<EventId> inserted;
    QSet<EventId> fresh;
    for (auto it = events->cbegin(); it != events->cend(); ++it) {
        if (marked->contains(it.key()))
            fresh.insert(it.value());
    }
    for (const EventId& id : ids) {
        if (fresh.remove(id))
            inserted.push_back(id);
    }
    if (inserted.empty())
        return inserted;
    GuardedTransaction guarded(*transaction);
    if (auto done = work(inserted, guarded); !done)
        return done.error();
    if (auto committed = transaction->commit(); !committed)
        return committed.error();
    return inserted;
}

} // namespace

Result<std::unique_ptr<Ledger>> makePgLedger(
    const LedgerSettings& settings,
    const QString& outboxDsn,
    Access access,
    const std::optional<QString>& password,
    std::stop_token stop,
    const NetRoute& route)
{
    PgTarget target{
        .dsn = settings.dsn.isEmpty() ? outboxDsn : settings.dsn,
        .password = password,
        .access = access,
        .route = route};
    if (access == Access::Monitor)
        target.statementTimeout = findTimeout;
    auto connection = PgConnection::open(target, std::move(stop));
    if (!connection)
        return connection.error();
    auto table = findTable(
        **connection, {settings.table, u"_processedevent"_s, u"processed"_s, u"ledgers.table"_s});
    if (!table)
        return table.error();
    const auto keys = uniqueKeys(**connection, *table);
    if (!keys)
        return keys.error();
    auto mapping = LedgerMapping::make(settings, std::move(*table), *keys);
    if (!mapping)
        return mapping.error();
    return std::unique_ptr<Ledger>(
        std::make_unique<PgLedger>(std::move(*connection), std::move(*mapping), settings));
}

} // namespace outboard
