// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/sandboxrelay.h"

#include "outbox/pgconnection.h"
#include "sandbox/shopstreams.h"

namespace outboard {

using namespace std::chrono_literals;

namespace {

constexpr qint64 batchSize = 500;
/// While the incident "duplicate" lasts, every so many batches are appended but not marked.
constexpr qint64 losesOneIn = 3;
/// What the incident "stream-trimmed" keeps.
constexpr ShopTrim tooShort{.keep = 50, .isExact = true};

constexpr auto selectSql =
    "SELECT id, topic, payload::text, (extract(epoch from created_at) * 1000000)::bigint "
    "FROM orders_outboxevent WHERE published_at IS NULL "
    "ORDER BY id LIMIT $1::bigint FOR UPDATE SKIP LOCKED";
constexpr auto markSql =
    "UPDATE orders_outboxevent SET published_at = now() WHERE id = ANY($1::bigint[])";

} // namespace

SandboxRelay::SandboxRelay(
    QString dsn, QString redisUrl, const SandboxOptions& options, TrafficSwitchesPtr switches)
    : m_dsn(std::move(dsn))
    , m_redisUrl(std::move(redisUrl))
    , m_every(options.relayEvery)
    , m_switches(std::move(switches))
{}

SandboxRelay::~SandboxRelay() = default;

Result<void> SandboxRelay::open(const std::stop_token& stop)
{
    auto database = PgConnection::open({.dsn = m_dsn, .access = Access::Operate}, stop);
    if (!database)
        return database.error();
    auto streams = ShopStreams::open(m_redisUrl, stop);
    if (!streams)
        return streams.error();
    m_database = *std::move(database);
    m_streams = *std::move(streams);
    return {};
}

Result<void> SandboxRelay::step(const std::stop_token& stop)
{
    if (!pauseFor(m_every, stop))
        return {};
    qint64 seen = batchSize;
    while (seen == batchSize && !m_switches->isRelayStopped && !stop.stop_requested()) {
        auto batch = relayBatch();
        if (!batch)
            return batch.error();
        seen = *batch;
    }
    return {};
}

void SandboxRelay::close()
{
    m_streams.reset();
    m_database.reset();
}

Result<qint64> SandboxRelay::relayBatch()
{
    auto transaction = m_database->begin(PgConnection::Mode::ReadWrite);
    if (!transaction)
        return transaction.error();
    const auto rows = transaction->query(selectSql, {QByteArray::number(batchSize)});
    if (!rows)
        return rows.error();
    if (rows->isEmpty())
        return 0;
    QList<ShopEvent> events;
    QList<QByteArray> ids;
    for (qsizetype row = 0; row < rows->size(); ++row) {
        ids << rows->value(row, 0);
        events << ShopEvent{
            .id = ids.constLast(),
            .topic = rows->value(row, 1),
            .payload = rows->value(row, 2),
            .createdAt = rows->time(row, 3)};
    }
    const ShopTrim trim = m_switches->trimsStreams ? tooShort : ShopTrim();
    if (auto appended = m_streams->append(events, trim); !appended)
        return appended.error();
    if (m_switches->relayLosesMarks && ++m_batches % losesOneIn == 1) {
        transaction->rollBack();
        return rows->size();
    }
    if (auto marked = transaction->query(markSql, {"{" + ids.join(',') + "}"}); !marked)
        return marked.error();
    if (auto committed = transaction->commit(); !committed)
        return committed.error();
    return rows->size();
}

} // namespace outboard
