// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/shophistory.h"

#include "outbox/pgconnection.h"
#include "sandbox/sandboxconsumer.h"
#include "sandbox/shopstreams.h"

#include <QHash>

#include <algorithm>
#include <chrono>

namespace outboard {

using namespace std::chrono_literals;

namespace {

constexpr auto historySql =
    "SELECT service, event FROM shop_history($1::bigint, interval '30 minutes')";
constexpr auto eventsSql =
    "SELECT id, topic, payload::text, (extract(epoch from created_at) * 1000000)::bigint, "
    "(extract(epoch from published_at) * 1000)::bigint "
    "FROM orders_outboxevent ORDER BY id";

/// What was written: all events, and which of them a service gave up on.
struct Written
{
    PgRows events;
    QHash<QByteArray, QByteArray> givenUp; ///< Services by event.
};

Result<Written> writeRows(const Profile& profile, qint64 orders)
{
    auto database = PgConnection::open(
        {.dsn = profile.outbox.dsn, .access = Access::Operate, .statementTimeout = 60s});
    if (!database)
        return database.error();
    QHash<QByteArray, QByteArray> givenUp;
    if (orders > 0) {
        const auto written = (*database)->query(historySql, {QByteArray::number(orders)});
        if (!written)
            return written.error();
        for (qsizetype row = 0; row < written->size(); ++row)
            givenUp.insert(written->value(row, 1), written->value(row, 0));
    }
    const auto events = (*database)->query(eventsSql);
    if (!events)
        return events.error();
    return Written{*events, givenUp};
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

/// What services fail with; order and payload differ from event to event.
QByteArray errorOf(const QByteArray& service, const QByteArray& event, qsizetype number)
{
    if (service == "email")
        return "smtplib.SMTPRecipientsRefused: {'customer" + event
               + "@example.net': (550, b'no such mailbox')}";
    switch (number % 3) {
    case 0:
        return "requests.exceptions.ConnectTimeout: "
               "HTTPSConnectionPool(host='tax.example.net', port=443): Max retries exceeded with "
               "url: /v2/rates?event="
               + event;
    case 1:
        return "ValueError: unknown tax code 'T" + QByteArray::number(number) + "' in event "
               + event;
    default: return "billing.errors.CustomerMissing: no customer for event " + event;
    }
}

/// Those that a service gave up on, as its consumer left them after six deliveries.
QList<ShopDeadLetter> deadLettersOf(
    const QList<ShopEvent>& events, const QHash<QByteArray, QByteArray>& givenUp)
{
    QList<ShopDeadLetter> letters;
    QHash<QByteArray, qint64> sequences; ///< Entries of a stream with the same millisecond.
    for (const ShopEvent& event : events) {
        const QByteArray millisecond = event.entryId.left(event.entryId.indexOf('-'));
        const qint64 sequence = sequences[event.topic + ' ' + millisecond]++;
        const QByteArray service = givenUp.value(event.id);
        if (service.isEmpty())
            continue;
        ShopDeadLetter letter;
        letter.event = event;
        letter.originalId = millisecond + '-' + QByteArray::number(sequence);
        letter.group = service;
        letter.consumer = service + "-1";
        letter.error = errorOf(service, event.id, letters.size());
        letter.deliveries = 6;
        letter.failedAt = TimePoint(Milliseconds(millisecond.toLongLong())) + 12s;
        letters.append(letter);
    }
    std::ranges::stable_sort(letters, {}, &ShopDeadLetter::failedAt);
    return letters;
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
    const QList<ShopEvent> events = eventsOf(rows->events);
    if (auto appended = (*streams)->append(events); !appended)
        return appended;
    if (auto left = (*streams)->appendDead(deadLettersOf(events, rows->givenUp)); !left)
        return left;
    QHash<QByteArray, qint64> entries;
    for (const ShopEvent& event : events)
        ++entries[event.topic];
    if (auto made = createGroups(**streams, billingService(), entries); !made)
        return made;
    return createGroups(**streams, emailService(), entries);
}

} // namespace outboard
