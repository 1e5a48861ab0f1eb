// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/shophistory.h"

#include "outbox/pgconnection.h"
#include "sandbox/sandboxconsumer.h"
#include "sandbox/shopstreams.h"

#include <QHash>

#include <chrono>

namespace outboard {

using namespace std::chrono_literals;

namespace {

constexpr auto historySql = "SELECT shop_history($1::bigint, interval '30 minutes')";
constexpr auto eventsSql =
    "SELECT id, topic, payload::text, (extract(epoch from created_at) * 1000000)::bigint, "
    "(extract(epoch from published_at) * 1000)::bigint "
    "FROM orders_outboxevent ORDER BY id";

Result<PgRows> writeRows(const Profile& profile, qint64 orders)
{
    auto database = PgConnection::open(
        {.dsn = profile.outbox.dsn, .access = Access::Operate, .statementTimeout = 60s});
    if (!database)
        return database.error();
    if (orders > 0) {
        auto written = (*database)->query(historySql, {QByteArray::number(orders)});
        if (!written)
            return written.error();
    }
    return (*database)->query(eventsSql);
}

QList<ShopEvent> eventsOf(const PgRows& rows)
{
    QList<ShopEvent> events;
    events.reserve(rows.size());
    for (qsizetype row = 0; row < rows.size(); ++row) {
        events << ShopEvent{
            .id = rows.value(row, 0),
            .topic = rows.value(row, 1),
            .payload = rows.value(row, 2),
            .createdAt = rows.time(row, 3),
            // The entry is as old as the row's publishing, so that ages agree.
            .entryId = rows.value(row, 4) + "-*"};
    }
    return events;
}

Result<void> createGroups(
    ShopStreams& streams, const ShopService& service, const QHash<QByteArray, qint64>& entries)
{
    for (const QByteArray& topic : service.topics) {
        if (auto made = streams.createGroup(topic, service.group, entries.value(topic)); !made)
            return made;
    }
    return {};
}

} // namespace

Result<void> loadShopHistory(const Profile& profile, qint64 orders)
{
    const auto rows = writeRows(profile, orders);
    if (!rows)
        return rows.error();
    auto streams = ShopStreams::open(profile.broker.url, {});
    if (!streams)
        return streams.error();
    const QList<ShopEvent> events = eventsOf(*rows);
    if (auto appended = (*streams)->append(events); !appended)
        return appended;
    QHash<QByteArray, qint64> entries;
    for (const ShopEvent& event : events)
        ++entries[event.topic];
    if (auto made = createGroups(**streams, billingService(), entries); !made)
        return made;
    return createGroups(**streams, emailService(), entries);
}

} // namespace outboard
