// SPDX-License-Identifier: GPL-3.0-or-later
#include "outbox/deadrows.h"
#include "outbox/pgoutboxstore.h"
#include "support/printers.h"
#include "support/scratchpostgres.h"
#include "support/service.h"

#include <QTest>

#include <algorithm>

using namespace outboard;
using namespace Qt::StringLiterals;

namespace {

using Kind = DeadMove::Kind;

std::vector<Kind> kindsOf(const std::vector<DeadMove>& moves)
{
    std::vector<Kind> kinds;
    std::ranges::transform(moves, std::back_inserter(kinds), &DeadMove::kind);
    return kinds;
}

std::vector<DeadElement> elementsOf(const QList<DeadRow>& rows)
{
    std::vector<DeadElement> elements;
    for (const DeadRow& row : rows) {
        DeadElement element;
        element.id = row.id.bytes();
        element.original.bytes = row.original;
        elements.push_back(element);
    }
    return elements;
}

OutboxSettings shop()
{
    OutboxSettings settings;
    settings.table = u"shop_outbox"_s;
    settings.columns = {
        u"id"_s, u"event_id"_s, u"topic"_s, u"payload"_s, u"created_at"_s, u"aggregate"_s};
    settings.unpublished = u"status = 'new'"_s;
    settings.markPublished = u"status = 'sent'"_s;
    settings.dead = u"status = 'failed'"_s;
    return settings;
}

} // namespace

/// Dead rows of the outbox, and of a table of dead letters.
class TestPgDeadRows : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void deadRowsTellWhenWhyAndHowOften();
    void aTableOfDeadLettersIsMappedByTheUsualNames();
    void pagesFollowEachOther();
    void rowsAreDeletedAndPutBackByteForByte();
    void onlyRowsThatAreStillDeadAreDeleted();
    void aRowWhoseUniqueValueIsTakenIsRefusedAlone();
    void aReadingConnectionMayNotDelete();
    void aMissingTableNamesTheKey();
    void theOverviewCountsBoth();
    void withoutEitherThereIsNone();

private:
    std::unique_ptr<OutboxStore> opened(
        OutboxSettings settings, Access access = Access::Operate) const
    {
        settings.dsn = m_server->dsn();
        auto store = makePgOutboxStore(settings, access);
        if (!store)
            qFatal("%s", describe(store.error()).constData());
        return std::move(*store);
    }

    void exec(const QString& sql) const
    {
        if (const auto done = m_server->exec(sql); !done)
            qFatal("%s", describe(done.error()).constData());
    }

    std::unique_ptr<ScratchPostgres> m_server;
};

void TestPgDeadRows::initTestCase()
{
    auto started = ScratchPostgres::start();
    REQUIRE_SERVICE(started);
    m_server = std::move(*started);
}

void TestPgDeadRows::init()
{
    QVERIFY_RESULT(m_server->wipe());
    exec(u"CREATE TABLE shop_outbox (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
         " event_id uuid UNIQUE, topic text, payload json, aggregate text, created_at timestamptz,"
         " status text, attempts int, last_error text, failed_at timestamptz, raw bytea,"
         " size int GENERATED ALWAYS AS (length(topic)) STORED);"
         "INSERT INTO shop_outbox (event_id, topic, payload, aggregate, created_at, status,"
         " attempts, last_error, failed_at, raw) VALUES"
         " ('00000000-0000-4000-8000-00000000000a', 'order.paid', '{\"b\" :1,  \"a\": 2}', 'c1',"
         " '2026-03-01 02:00:00.123456+00', 'failed', 7, 'connect to 10.0.0.1 refused',"
         " '2026-03-01 02:05:00+00', '\\x00ff'),"
         " ('00000000-0000-4000-8000-00000000000b', 'order.paid', '{}', null, now(), 'new', 0,"
         " null, null, null),"
         " ('00000000-0000-4000-8000-00000000000c', 'order.sent', '{}', null, now(), 'failed',"
         " null, null, null, null)"_s);
    exec(u"CREATE TABLE celery_outbox_dead_letter (id bigint PRIMARY KEY, task_id text,"
         " task_name text, kwargs jsonb, retries int, dead_at timestamptz, failure_reason text);"
         "INSERT INTO celery_outbox_dead_letter VALUES"
         " (5, 't-5', 'shop.tasks.bill', '{\"order\": 5}', 3, '2026-03-01 02:00:00+00',"
         " 'OperationalError: timed out')"_s);
}

void TestPgDeadRows::deadRowsTellWhenWhyAndHowOften()
{
    const auto store = opened(shop());
    QVERIFY(store->dead());
    QCOMPARE(store->dead()->kinds(), QList{DeadWhere::OutboxRow});
    QCOMPARE(store->dead()->tableName(DeadWhere::OutboxRow), u"shop_outbox"_s);
    const auto page = store->dead()->page(DeadWhere::OutboxRow, {}, 10);
    QVERIFY_RESULT(page);
    QCOMPARE(page->rows.size(), 2);
    const DeadRow& row = page->rows[0];
    QCOMPARE(row.id, OutboxRowId("1"));
    QCOMPARE(row.eventId, EventId("00000000-0000-4000-8000-00000000000a"));
    QCOMPARE(row.topic, TopicName("order.paid"));
    QCOMPARE(row.payload, std::optional<QByteArray>(R"({"b" :1,  "a": 2})"));
    QCOMPARE(row.key, std::optional<QByteArray>("c1"));
    QCOMPARE(row.deliveries, std::optional<qint64>(7));
    QCOMPARE(row.error, u"connect to 10.0.0.1 refused"_s);
    QCOMPARE(isoText(*row.diedAt), u"2026-03-01T02:05:00.000Z"_s);
    // What nobody recorded is not known.
    QVERIFY(!page->rows[1].diedAt);
    QVERIFY(!page->rows[1].deliveries);
    QVERIFY(page->rows[1].error.isEmpty());
}

void TestPgDeadRows::aTableOfDeadLettersIsMappedByTheUsualNames()
{
    OutboxSettings settings = shop();
    settings.deadTable = u"celery_outbox_dead_letter"_s;
    const auto store = opened(settings);
    QCOMPARE(store->dead()->kinds(), (QList{DeadWhere::OutboxRow, DeadWhere::OutboxTable}));
    const auto page = store->dead()->page(DeadWhere::OutboxTable, {}, 10);
    QVERIFY_RESULT(page);
    QCOMPARE(page->rows.size(), 1);
    const DeadRow& row = page->rows[0];
    QCOMPARE(row.id, OutboxRowId("5"));
    QCOMPARE(row.eventId, EventId("t-5"));
    QCOMPARE(row.topic, TopicName("shop.tasks.bill"));
    QCOMPARE(row.payload, std::optional<QByteArray>(R"({"order": 5})"));
    QCOMPARE(row.deliveries, std::optional<qint64>(3));
    QCOMPARE(row.error, u"OperationalError: timed out"_s);
    QCOMPARE(isoText(*row.diedAt), u"2026-03-01T02:00:00.000Z"_s);
}

void TestPgDeadRows::pagesFollowEachOther()
{
    exec(u"INSERT INTO shop_outbox (topic, payload, created_at, status)"
         " SELECT 'many', '{}', now(), 'failed' FROM generate_series(1, 25)"_s);
    const auto store = opened(shop());
    std::optional<OutboxRowId> after;
    qsizetype found = 0;
    do {
        const auto page = store->dead()->page(DeadWhere::OutboxRow, after, 10);
        QVERIFY_RESULT(page);
        QVERIFY(page->rows.size() <= 10);
        found += page->rows.size();
        after = page->next;
    } while (after);
    QCOMPARE(found, 27);
}

void TestPgDeadRows::rowsAreDeletedAndPutBackByteForByte()
{
    OutboxSettings settings = shop();
    settings.deadTable = u"celery_outbox_dead_letter"_s;
    const auto store = opened(settings);
    const QString all = u"SELECT string_agg(t::text, '|' ORDER BY id) FROM %1 t"_s;
    for (const DeadWhere kind : store->dead()->kinds()) {
        const QString table = store->dead()->tableName(kind);
        const QByteArray before = m_server->value(all.arg(table));
        const auto page = store->dead()->page(kind, {}, 10);
        QVERIFY_RESULT(page);
        auto elements = elementsOf(page->rows);
        QCOMPARE(
            kindsOf(store->dead()->remove(kind, elements)),
            std::vector(elements.size(), Kind::Done));
        QVERIFY(m_server->value(all.arg(table)) != before);
        QCOMPARE(
            kindsOf(store->dead()->remove(kind, elements)),
            std::vector(elements.size(), Kind::NotThere));
        QCOMPARE(
            kindsOf(store->dead()->putBack(kind, elements)),
            std::vector(elements.size(), Kind::Done));
        QCOMPARE(m_server->value(all.arg(table)), before);
        QCOMPARE(
            kindsOf(store->dead()->putBack(kind, elements)),
            std::vector(elements.size(), Kind::AlreadyThere));
        QCOMPARE(m_server->value(all.arg(table)), before);
    }
}

void TestPgDeadRows::onlyRowsThatAreStillDeadAreDeleted()
{
    const auto store = opened(shop());
    const auto page = store->dead()->page(DeadWhere::OutboxRow, {}, 10);
    QVERIFY_RESULT(page);
    // Its producer tries it again.
    exec(u"UPDATE shop_outbox SET status = 'new' WHERE id = 1"_s);
    QCOMPARE(
        kindsOf(store->dead()->remove(DeadWhere::OutboxRow, elementsOf(page->rows))),
        (std::vector{Kind::NotThere, Kind::Done}));
    QCOMPARE(m_server->value(u"SELECT count(*) FROM shop_outbox"_s), QByteArray("2"));
}

void TestPgDeadRows::aRowWhoseUniqueValueIsTakenIsRefusedAlone()
{
    const auto store = opened(shop());
    const auto page = store->dead()->page(DeadWhere::OutboxRow, {}, 10);
    QVERIFY_RESULT(page);
    const auto elements = elementsOf(page->rows);
    store->dead()->remove(DeadWhere::OutboxRow, elements);
    exec(u"INSERT INTO shop_outbox (event_id, topic, status) VALUES"
         " ('00000000-0000-4000-8000-00000000000a', 'x', 'new')"_s);
    const auto moves = store->dead()->putBack(DeadWhere::OutboxRow, elements);
    QCOMPARE(kindsOf(moves), (std::vector{Kind::Refused, Kind::Done}));
    QVERIFY(moves[0].error->what.contains(u"unique"));
}

void TestPgDeadRows::aReadingConnectionMayNotDelete()
{
    const auto store = opened(shop(), Access::Monitor);
    const auto page = store->dead()->page(DeadWhere::OutboxRow, {}, 10);
    QVERIFY_RESULT(page);
    const auto moves = store->dead()->remove(DeadWhere::OutboxRow, elementsOf(page->rows));
    QCOMPARE(kindsOf(moves), (std::vector{Kind::Refused, Kind::Refused}));
    QCOMPARE(m_server->value(u"SELECT count(*) FROM shop_outbox"_s), QByteArray("3"));
}

void TestPgDeadRows::aMissingTableNamesTheKey()
{
    OutboxSettings settings = shop();
    settings.dsn = m_server->dsn();
    settings.deadTable = u"celery_outbox_dead"_s;
    const auto store = makePgOutboxStore(settings, Access::Monitor);
    QVERIFY_ERROR(store, Error::Kind::Missing);
    QVERIFY(store.error().what.contains(u"outbox.dead_table"));
    QVERIFY(store.error().what.contains(u"celery_outbox_dead_letter"));
}

void TestPgDeadRows::theOverviewCountsBoth()
{
    OutboxSettings settings = shop();
    settings.deadTable = u"celery_outbox_dead_letter"_s;
    const auto state = opened(settings, Access::Monitor)->state();
    QVERIFY_RESULT(state);
    QCOMPARE(state->dead, Count::exact(3));
}

void TestPgDeadRows::withoutEitherThereIsNone()
{
    OutboxSettings settings = shop();
    settings.dead.clear();
    QVERIFY(!opened(settings)->dead());
}

QTEST_GUILESS_MAIN(TestPgDeadRows)
#include "tst_pgdeadrows.moc"
