// SPDX-License-Identifier: GPL-3.0-or-later
#include "outbox/pgoutboxstore.h"
#include "support/printers.h"
#include "support/scratchpostgres.h"
#include "support/service.h"

#include <QTest>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

Q_DECLARE_METATYPE(outboard::OutboxSettings)

/// Finding the table, mapping all shapes of outbox tables, and reading rows.
class TestPgOutboxStore : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void findsTheOnlyTableOfTheDjangoPreset();
    void severalTablesAreNamedAsCandidates();
    void noTableNamesSimilarOnesAndTheKey();
    void wrongTableNamesSimilarOnes();
    void missingColumnNamesThoseThatExist();
    void columnOfSetListMustExist();
    void creationTimeMustBeATimestamp();
    void unknownPresetNamesThoseThatExist();
    void hostileConditionsAreRefused();
    void everyShapeOfTableIsReadAndRelayed_data();
    void everyShapeOfTableIsReadAndRelayed();
    void pagesFollowEachOther_data();
    void pagesFollowEachOther();
    void filtersMustAllHold_data();
    void filtersMustAllHold();
    void previewsAreCutBetweenCharacters();
    void rowsOfUnknownIdsAreLeftOut();
    void rowsOfOneEventAreAllFound();
    void eventsAreKnownByAPathInsideThePayload();
    void aPathNeedsAJsonPayload();
    void bigIdsKeepEveryDigit();
    void laterRowsOfAKeyAreFound();
    void laterRowsNeedAKeyColumn();
    void searchesOfLargeTablesStopAndGoOn();
    void missingPermissionSaysSo();
    void tableGoneLaterIsMissingAndTheConnectionStays();

private:
    std::unique_ptr<OutboxStore> opened(OutboxSettings settings, Access access = Access::Monitor)
    {
        settings.dsn = m_server->dsn();
        auto store = makePgOutboxStore(settings, access);
        if (!store)
            qFatal("%s", describe(store.error()).constData());
        return std::move(*store);
    }

    Error refused(OutboxSettings settings)
    {
        settings.dsn = m_server->dsn();
        const auto store = makePgOutboxStore(settings, Access::Monitor);
        return store ? Error{Error::Kind::Internal, u"it was opened"_s, {}} : store.error();
    }

    std::unique_ptr<ScratchPostgres> m_server;
};

void TestPgOutboxStore::initTestCase()
{
    auto started = ScratchPostgres::start();
    REQUIRE_SERVICE(started);
    m_server = std::move(*started);
}

void TestPgOutboxStore::init()
{
    QVERIFY_RESULT(m_server->wipe());
    QVERIFY_RESULT(m_server->createSeedSchema());
}

void TestPgOutboxStore::findsTheOnlyTableOfTheDjangoPreset()
{
    QVERIFY_RESULT(m_server->addEvents(u"order.paid"_s, 3));
    const auto page = opened({})->page({}, {}, 10);
    QVERIFY_RESULT(page);
    QCOMPARE(page->rows.size(), 3);
    QCOMPARE(page->rows.first().topic.text(), u"order.paid"_s);
    QCOMPARE(page->rows.first().payload, "{\"order_id\": 3}");
    QCOMPARE(page->rows.first().payloadBytes, 15);
    QCOMPARE(page->rows.first().id.text(), u"3"_s);
    QCOMPARE(page->rows.first().eventId.text(), u"3"_s);
    QVERIFY(page->rows.first().state == RowState::Unpublished);
    QVERIFY(!page->next);
    // The rows' times and the page's are of one clock.
    QVERIFY(page->at - *page->rows.first().createdAt < 1min);
    QCOMPARE((*page->rows.at(0).createdAt - *page->rows.at(1).createdAt).count(), 1'000'000);
}

void TestPgOutboxStore::severalTablesAreNamedAsCandidates()
{
    QVERIFY_RESULT(m_server->exec(
        u"CREATE SCHEMA other; CREATE TABLE other.shop_outboxevent (LIKE orders_outboxevent)"_s));
    const Error error = refused({});
    QCOMPARE(error.kind, Error::Kind::Missing);
    QVERIFY2(error.what.contains(u"orders_outboxevent"), describe(error).constData());
    QVERIFY(error.what.contains(u"other.shop_outboxevent"));
    QVERIFY(error.what.contains(u"\"outbox.table\""));
    OutboxSettings settings;
    settings.table = u"other.shop_outboxevent"_s;
    QVERIFY_RESULT(opened(settings)->state());
}

void TestPgOutboxStore::noTableNamesSimilarOnesAndTheKey()
{
    QVERIFY_RESULT(m_server->exec(u"ALTER TABLE orders_outboxevent RENAME TO event_outbox"_s));
    const Error error = refused({});
    QCOMPARE(error.kind, Error::Kind::Missing);
    QVERIFY2(error.what.contains(u"event_outbox"), describe(error).constData());
    QVERIFY(error.what.contains(u"\"outbox.table\""));
}

void TestPgOutboxStore::wrongTableNamesSimilarOnes()
{
    OutboxSettings settings;
    settings.table = u"Orders_OutboxEvent"_s;
    const Error error = refused(settings);
    QCOMPARE(error.kind, Error::Kind::Missing);
    QVERIFY2(error.what.contains(u"orders_outboxevent"), describe(error).constData());
}

void TestPgOutboxStore::missingColumnNamesThoseThatExist()
{
    OutboxSettings settings;
    settings.columns.topic = u"routing_key"_s;
    const Error error = refused(settings);
    QCOMPARE(error.kind, Error::Kind::Missing);
    QVERIFY2(error.what.contains(u"\"routing_key\""), describe(error).constData());
    QVERIFY(error.what.contains(u"id, topic, payload, created_at, published_at"));
    QVERIFY(error.what.contains(u"\"outbox.columns.topic\""));
}

void TestPgOutboxStore::columnOfSetListMustExist()
{
    OutboxSettings settings;
    settings.markPublished = u"sent_at = now()"_s;
    const Error error = refused(settings);
    QCOMPARE(error.kind, Error::Kind::Missing);
    QVERIFY2(error.what.contains(u"\"outbox.mark_published\""), describe(error).constData());
}

void TestPgOutboxStore::creationTimeMustBeATimestamp()
{
    OutboxSettings settings;
    settings.columns.createdAt = u"payload"_s;
    const Error error = refused(settings);
    QCOMPARE(error.kind, Error::Kind::Refused);
    QVERIFY2(error.what.contains(u"jsonb"), describe(error).constData());
}

void TestPgOutboxStore::unknownPresetNamesThoseThatExist()
{
    OutboxSettings settings;
    settings.preset = u"rails"_s;
    const Error error = refused(settings);
    QCOMPARE(error.kind, Error::Kind::Refused);
    QVERIFY2(error.what.contains(u"django"), describe(error).constData());
}

void TestPgOutboxStore::hostileConditionsAreRefused()
{
    for (const QString& condition :
         {u"true); DELETE FROM orders_outboxevent; SELECT (1"_s,
          u"published_at IS NULL --"_s,
          u"published_at IS NULL) OR (true"_s,
          u"topic = 'open"_s}) {
        OutboxSettings settings;
        settings.unpublished = condition;
        const Error error = refused(settings);
        QCOMPARE(error.kind, Error::Kind::Refused);
        QVERIFY2(error.what.contains(u"\"outbox.unpublished\""), describe(error).constData());
    }
}

void TestPgOutboxStore::everyShapeOfTableIsReadAndRelayed_data()
{
    QTest::addColumn<QString>("schema");
    QTest::addColumn<OutboxSettings>("settings");
    QTest::addColumn<QStringList>("ids");
    QTest::addColumn<QStringList>("eventIds");
    QTest::addColumn<QByteArray>("payload");

    OutboxSettings uuid;
    uuid.table = u"outbox_events"_s;
    uuid.columns = {
        u"id"_s, u"id"_s, u"event_type"_s, u"data"_s, u"created_at"_s, u"aggregate_id"_s};
    uuid.unpublished = u"NOT processed"_s;
    uuid.markPublished = u"processed = true, processed_at = clock_timestamp()"_s;
    QTest::newRow("uuid ids, a boolean, text payload and a key")
        << u"CREATE TABLE outbox_events (id uuid PRIMARY KEY, event_type text, data text, "
           u"created_at"
           " timestamptz, aggregate_id int, processed bool DEFAULT false, processed_at "
           "timestamptz);"
           "INSERT INTO outbox_events VALUES"
           " ('00000000-0000-4000-8000-00000000000a', 'paid', '{\"n\": 1}', now(), 7),"
           " ('00000000-0000-4000-8000-00000000000b', 'paid', '{\"n\": 1}', now(), 7)"_s
        << uuid
        << QStringList{u"00000000-0000-4000-8000-00000000000a"_s, u"00000000-0000-4000-8000-00000000000b"_s}
        << QStringList{u"00000000-0000-4000-8000-00000000000a"_s, u"00000000-0000-4000-8000-00000000000b"_s}
        << QByteArray("{\"n\": 1}");

    OutboxSettings text;
    text.table = u"event_outbox"_s;
    text.columns = {u"key"_s, u"event_id"_s, u"channel"_s, u"body"_s, u"added"_s, {}};
    text.unpublished = u"status IN ('new', 'retry;')"_s;
    text.markPublished = u"status = 'sent'"_s;
    text.dead = u"status = 'dead'"_s;
    QTest::newRow("text ids, a status and bytes that are no text")
        << u"CREATE TABLE event_outbox (key varchar(20) PRIMARY KEY, event_id bigint, channel "
           u"varchar(9),"
           " body bytea, added timestamp, status varchar(9));"
           "INSERT INTO event_outbox VALUES ('a''\"\\', 9007199254740993, 'paid', '\\x00ff80', "
           "now(), 'new'),"
           " ('b,{}', 2, 'paid', '\\x00ff80', now(), 'retry;'), ('c', 3, 'paid', '', now(), "
           "'dead'),"
           " ('d', 4, 'paid', '', now(), 'sent')"_s
        << text << QStringList{u"a'\"\\"_s, u"b,{}"_s} << QStringList{u"9007199254740993"_s, u"2"_s}
        << QByteArray("\x00\xff\x80", 3);

    OutboxSettings cap;
    cap.preset = u"cap"_s;
    QTest::newRow("another schema and mixed case")
        << u"CREATE SCHEMA cap; CREATE TABLE cap.published (\"Id\" bigint PRIMARY KEY, \"Name\" "
           u"text,"
           " \"Content\" text, \"StatusName\" text, \"Added\" timestamptz, \"Retries\" int, "
           u"\"ExpiresAt\" timestamp);"
           "INSERT INTO cap.published VALUES (1, 'paid', '{}', 'Scheduled', now(), 0),"
           " (9223372036854775807, 'paid', '{}', 'Delayed', now(), 0), (3, 'paid', '{}', 'Failed', now(), 9)"_s
        << cap << QStringList{u"1"_s, u"9223372036854775807"_s}
        << QStringList{u"1"_s, u"9223372036854775807"_s} << QByteArray("{}");

    OutboxSettings hostile;
    hostile.table = u"\"a.\"\"b; DROP TABLE orders_outboxevent\""_s;
    hostile.columns = {u"i\"d"_s, u"i\"d"_s, u"to'pic"_s, u"pay load"_s, u"select"_s, u"$1"_s};
    hostile.unpublished = u"\"to;pub\" IS NULL"_s;
    hostile.markPublished = u"\"to;pub\" = now()"_s;
    QTest::newRow("names that need their quotes")
        << u"CREATE TABLE \"a.\"\"b; DROP TABLE orders_outboxevent\" (\"i\"\"d\" int PRIMARY KEY,"
           " \"to'pic\" text, \"pay load\" json, \"select\" timestamptz, \"$1\" text, \"to;pub\" "
           "timestamptz);"
           "INSERT INTO \"a.\"\"b; DROP TABLE orders_outboxevent\" VALUES"
           " (1, 'paid', '{\"b\" :1,  \"a\":2}', now(), 'k'), (2, 'paid', '{\"b\" :1,  \"a\":2}', now(), 'k')"_s
        << hostile << QStringList{u"1"_s, u"2"_s} << QStringList{u"1"_s, u"2"_s}
        << QByteArray("{\"b\" :1,  \"a\":2}");

    OutboxSettings pattern;
    pattern.preset = u"django-outbox-pattern"_s;
    QTest::newRow("rows that expire")
        << u"CREATE TABLE published (id uuid PRIMARY KEY, destination text, body jsonb, status int,"
           " added timestamptz, expires_at timestamptz, retry int);"
           "INSERT INTO published VALUES ('00000000-0000-4000-8000-000000000001', 'paid', '[]', 1, "
           "now(),"
           " now() + interval '1 day'), ('00000000-0000-4000-8000-000000000002', 'paid', '[]', 1, "
           "now(),"
           " now() - interval '1 day'), ('00000000-0000-4000-8000-000000000003', 'paid', '[]', -1, "
           "now(),"
           " now() + interval '1 day')"_s
        << pattern << QStringList{u"00000000-0000-4000-8000-000000000001"_s}
        << QStringList{u"00000000-0000-4000-8000-000000000001"_s} << QByteArray("[]");
}

void TestPgOutboxStore::everyShapeOfTableIsReadAndRelayed()
{
    QFETCH(QString, schema);
    QFETCH(OutboxSettings, settings);
    QFETCH(QStringList, ids);
    QFETCH(QStringList, eventIds);
    QFETCH(QByteArray, payload);
    QVERIFY_RESULT(m_server->exec(schema));
    auto store = opened(settings, Access::Operate);

    OutboxFilter filter;
    filter.state = RowState::Unpublished;
    filter.newestFirst = false;
    const auto page = store->page(filter, {}, 10);
    QVERIFY_RESULT(page);
    QStringList seenIds;
    QStringList seenEvents;
    for (const OutboxRow& row : page->rows) {
        seenIds << row.id.text();
        seenEvents << row.eventId.text();
        QCOMPARE(row.payload, payload);
        QCOMPARE(row.payloadBytes, payload.size());
        QVERIFY(page->at - *row.createdAt < 1min);
        QCOMPARE(row.key.has_value(), !settings.columns.key.isEmpty());
    }
    QCOMPARE(seenIds, ids);
    QCOMPARE(seenEvents, eventIds);

    const auto state = store->state();
    QVERIFY_RESULT(state);
    QCOMPARE(state->unpublished, Count::exact(ids.size()));
    QCOMPARE(state->topics.size(), 1);
    QCOMPARE(state->topics.first().unpublished, Count::exact(ids.size()));
    QVERIFY(*state->oldestAge < 1min);

    std::vector<OutgoingMessage> sent;
    const auto relayed = store->relay({}, [&](std::span<const OutgoingMessage> messages) {
        sent.assign(messages.begin(), messages.end());
        return std::vector<Result<EntryId>>(messages.size(), EntryId{1, 1});
    });
    QVERIFY_RESULT(relayed);
    const QByteArray problem = describe(relayed->report.error.value_or(Error()));
    QVERIFY2(!relayed->report.error, problem.constData());
    QCOMPARE(relayed->report.published, ids.size());
    QCOMPARE(relayed->last->text(), ids.last());
    QCOMPARE(sent.front().payload, payload);
    QCOMPARE(sent.front().eventId.text(), eventIds.first());
    QCOMPARE(store->countUnpublished({}, 10).value_or({}), Count::exact(0));
    // Marked, and found again by its id.
    const auto row = store->rows(std::vector{*relayed->last});
    QVERIFY_RESULT(row);
    QCOMPARE(row->size(), 1);
    QVERIFY(row->first().state == RowState::Published);
    QCOMPARE(m_server->value(u"SELECT count(*) FROM orders_outboxevent"_s), "0");
}

void TestPgOutboxStore::pagesFollowEachOther_data()
{
    QTest::addColumn<bool>("newestFirst");
    QTest::newRow("newest first") << true;
    QTest::newRow("oldest first") << false;
}

void TestPgOutboxStore::pagesFollowEachOther()
{
    QFETCH(bool, newestFirst);
    QVERIFY_RESULT(m_server->addEvents(u"order.paid"_s, 25));
    auto store = opened({});
    OutboxFilter filter;
    filter.newestFirst = newestFirst;
    std::optional<OutboxRowId> after;
    QList<int> sizes;
    QStringList ids;
    do {
        const auto page = store->page(filter, after, 10);
        QVERIFY_RESULT(page);
        sizes << static_cast<int>(page->rows.size());
        for (const OutboxRow& row : page->rows)
            ids << row.id.text();
        after = page->next;
    } while (after && sizes.size() < 9);
    QCOMPARE(sizes, (QList<int>{10, 10, 5}));
    QCOMPARE(ids.size(), 25);
    QCOMPARE(ids.first(), newestFirst ? u"25"_s : u"1"_s);
    QCOMPARE(ids.last(), newestFirst ? u"1"_s : u"25"_s);
}

void TestPgOutboxStore::filtersMustAllHold_data()
{
    QTest::addColumn<OutboxFilter>("filter");
    QTest::addColumn<QString>("ids");
    const auto row = [](const char* name, const QString& ids, auto change) {
        OutboxFilter filter;
        change(filter);
        QTest::newRow(name) << filter << ids;
    };
    row("everything", u"6 5 4 3 2 1"_s, [](OutboxFilter&) {});
    row("unpublished", u"6 5 3 2"_s, [](OutboxFilter& f) { f.state = RowState::Unpublished; });
    row("published", u"4 1"_s, [](OutboxFilter& f) { f.state = RowState::Published; });
    row("dead, which this table cannot tell", QString(), [](OutboxFilter& f) {
        f.state = RowState::Dead;
    });
    row("a topic", u"5"_s, [](OutboxFilter& f) { f.topic = TopicName("order.refunded"); });
    row("an old row", u"1"_s, [](OutboxFilter& f) { f.olderThan = 1h; });
    row("an id", u"4"_s, [](OutboxFilter& f) { f.idText = u"4"_s; });
    row("an id that cannot be one", QString(), [](OutboxFilter& f) { f.idText = u"4'; DROP"_s; });
    row("payload text in another case", u"6"_s, [](OutboxFilter& f) {
        f.payloadText = u"100% OFF_"_s;
    });
    row("payload text that is no pattern", QString(), [](OutboxFilter& f) {
        f.payloadText = u"1_%off"_s;
    });
    row("all together", u"6"_s, [](OutboxFilter& f) {
        f.state = RowState::Unpublished;
        f.topic = TopicName("order.paid");
        f.payloadText = u"off"_s;
        f.idText = u"6"_s;
    });
}

void TestPgOutboxStore::filtersMustAllHold()
{
    QFETCH(OutboxFilter, filter);
    QFETCH(QString, ids);
    QVERIFY_RESULT(m_server->exec(
        u"INSERT INTO orders_outboxevent (topic, payload, created_at, published_at) VALUES"
        " ('order.paid', '{}', now() - interval '2 hours', now()), ('order.paid', '{}', now(), "
        "NULL),"
        " ('order.paid', '{}', now(), NULL), ('order.paid', '{}', now(), now()),"
        " ('order.refunded', '{}', now(), NULL), ('order.paid', '\"100% off_\"', now(), NULL)"_s));
    const auto page = opened({})->page(filter, {}, 10);
    QVERIFY_RESULT(page);
    QStringList found;
    for (const OutboxRow& row : page->rows)
        found << row.id.text();
    QCOMPARE(found.join(u' '), ids);
}

void TestPgOutboxStore::previewsAreCutBetweenCharacters()
{
    QVERIFY_RESULT(m_server->exec(u"INSERT INTO orders_outboxevent (topic, payload, created_at)"
                                  " VALUES ('t', to_jsonb(repeat('ü', 100)), now())"_s));
    OutboxFilter filter;
    filter.payloadBytes = 10;
    auto store = opened({});
    const auto page = store->page(filter, {}, 1);
    QVERIFY_RESULT(page);
    QCOMPARE(page->rows.first().payload, QByteArray("\"üüüü"));
    QCOMPARE(page->rows.first().payloadBytes, 202);
    const auto whole = store->rows(std::vector{page->rows.first().id});
    QVERIFY_RESULT(whole);
    QCOMPARE(whole->first().payload.size(), 202);
}

void TestPgOutboxStore::rowsOfUnknownIdsAreLeftOut()
{
    QVERIFY_RESULT(m_server->addEvents(u"t"_s, 3));
    const std::vector ids{
        OutboxRowId("3"), OutboxRowId("99"), OutboxRowId("none"), OutboxRowId("1")};
    const auto rows = opened({})->rows(ids);
    QVERIFY_RESULT(rows);
    QCOMPARE(rows->size(), 2);
    QCOMPARE(rows->first().id.text(), u"1"_s);
}

void TestPgOutboxStore::rowsOfOneEventAreAllFound()
{
    QVERIFY_RESULT(m_server->exec(
        u"ALTER TABLE orders_outboxevent ADD event_id uuid;"
        "INSERT INTO orders_outboxevent (topic, payload, created_at, event_id)"
        " SELECT 't', '{}', now(), '0000000a-0000-4000-8000-000000000000' FROM generate_series(1, 2)"_s));
    OutboxSettings settings;
    settings.columns.eventId = u"event_id"_s;
    const std::vector ids{EventId("0000000A-0000-4000-8000-000000000000"), EventId("no uuid")};
    const auto rows = opened(settings)->rowsOfEvents(ids);
    QVERIFY_RESULT(rows);
    QCOMPARE(rows->size(), 2);
    QCOMPARE(rows->first().eventId.text(), u"0000000a-0000-4000-8000-000000000000"_s);
}

void TestPgOutboxStore::eventsAreKnownByAPathInsideThePayload()
{
    QVERIFY_RESULT(m_server->exec(
        u"INSERT INTO orders_outboxevent (topic, payload, created_at) VALUES"
        " ('t', '{\"order\": {\"it''s\": 9007199254740993}}', now()), ('t', '{\"order\": 7}', now())"_s));
    OutboxSettings settings;
    settings.columns.eventId = u"payload.order.it's"_s;
    auto store = opened(settings, Access::Operate);
    const auto rows = store->rowsOfEvents(std::vector{EventId("9007199254740993"), EventId("7")});
    QVERIFY_RESULT(rows);
    QCOMPARE(rows->size(), 1);
    QCOMPARE(rows->first().eventId.text(), u"9007199254740993"_s);
    OutboxFilter filter;
    filter.idText = u"9007199254740993"_s;
    QCOMPARE(store->page(filter, {}, 10)->rows.size(), 1);
    QList<EventId> relayed;
    const auto chunk = store->relay({}, [&relayed](std::span<const OutgoingMessage> messages) {
        for (const OutgoingMessage& message : messages)
            relayed.append(message.eventId);
        return std::vector<Result<EntryId>>(messages.size(), EntryId{1, 0});
    });
    QVERIFY_RESULT(chunk);
    QCOMPARE(relayed, (QList{EventId("9007199254740993"), EventId()}));
}

void TestPgOutboxStore::aPathNeedsAJsonPayload()
{
    QVERIFY_RESULT(m_server->exec(u"ALTER TABLE orders_outboxevent ALTER payload TYPE text"_s));
    OutboxSettings settings;
    settings.columns.eventId = u"payload.order_id"_s;
    const Error error = refused(settings);
    QCOMPARE(error.kind, Error::Kind::Refused);
    QVERIFY2(error.what.contains(u"outbox.columns.event_id"), qPrintable(error.what));
}

void TestPgOutboxStore::laterRowsOfAKeyAreFound()
{
    QVERIFY_RESULT(m_server->addEvents(u"order.paid"_s, 6));
    QVERIFY_RESULT(m_server->exec(u"ALTER TABLE orders_outboxevent ADD customer int;"
                                  "UPDATE orders_outboxevent SET customer = id % 3"_s));
    OutboxSettings settings;
    settings.columns.key = u"customer"_s;
    const auto later = opened(settings)->laterOfKeys({"1", "0", "none"}, OutboxRowId("1"));
    QVERIFY_RESULT(later);
    QStringList found;
    for (const KeyedRow& row : later->rows)
        found << row.eventId.text() + u'=' + QString::fromUtf8(row.key);
    QCOMPARE(found, (QStringList{u"3=0"_s, u"4=1"_s, u"6=0"_s}));
    QVERIFY(later->note.isEmpty());
}

void TestPgOutboxStore::laterRowsNeedAKeyColumn()
{
    QVERIFY_RESULT(m_server->addEvents(u"order.paid"_s, 2));
    const auto later = opened({})->laterOfKeys({"1"}, OutboxRowId("1"));
    QVERIFY_RESULT(later);
    QVERIFY(later->rows.isEmpty());
    QVERIFY(!later->note.isEmpty());
}

void TestPgOutboxStore::bigIdsKeepEveryDigit()
{
    QVERIFY_RESULT(
        m_server->exec(u"INSERT INTO orders_outboxevent (id, topic, payload, created_at) VALUES"
                       " (9223372036854775806, 't', '{\"n\": 9007199254740993}', now())"_s));
    auto store = opened({});
    const auto page = store->page({}, {}, 1);
    QVERIFY_RESULT(page);
    QCOMPARE(page->rows.first().id.text(), u"9223372036854775806"_s);
    QCOMPARE(page->rows.first().payload, "{\"n\": 9007199254740993}");
    const auto state = store->state();
    QVERIFY_RESULT(state);
    QCOMPARE(*state->highestId, Q_INT64_C(9223372036854775806));
}

void TestPgOutboxStore::searchesOfLargeTablesStopAndGoOn()
{
    QVERIFY_RESULT(
        m_server->exec(u"INSERT INTO orders_outboxevent (topic, payload, created_at, published_at)"
                       " SELECT CASE WHEN n IN (1, 2) THEN 'rare' ELSE 'a rather long and common "
                       "name' END, '{}', now(), now()"
                       " FROM generate_series(1, 120000) n; ANALYZE orders_outboxevent"_s));
    auto store = opened({});
    OutboxFilter filter;
    filter.topic = TopicName("rare");
    const auto first = store->page(filter, {}, 10);
    QVERIFY_RESULT(first);
    QCOMPARE(first->rows.size(), 0);
    QVERIFY(!first->note.isEmpty());
    QCOMPARE(first->next->text(), u"20001"_s);
    const auto second = store->page(filter, first->next, 10);
    QVERIFY_RESULT(second);
    QCOMPARE(second->rows.size(), 2);
    QVERIFY(second->note.isEmpty());
    QVERIFY(!second->next);
}

void TestPgOutboxStore::missingPermissionSaysSo()
{
    QVERIFY_RESULT(m_server->exec(u"DROP ROLE IF EXISTS guest; CREATE ROLE guest LOGIN"_s));
    OutboxSettings settings;
    settings.dsn = m_server->dsn(u"guest"_s);
    auto store = makePgOutboxStore(settings, Access::Monitor);
    QVERIFY_RESULT(store);
    const auto page = (*store)->page({}, {}, 10);
    QVERIFY_ERROR(page, Error::Kind::Refused);
    QVERIFY(page.error().what.contains(u"GRANT"));
}

void TestPgOutboxStore::tableGoneLaterIsMissingAndTheConnectionStays()
{
    auto store = opened({});
    QVERIFY_RESULT(store->state());
    QVERIFY_RESULT(m_server->exec(u"DROP TABLE orders_outboxevent"_s));
    QVERIFY_ERROR(store->state(), Error::Kind::Missing);
    QVERIFY(store->isUsable());
    QVERIFY_RESULT(store->ping());
}

QTEST_GUILESS_MAIN(TestPgOutboxStore)
#include "tst_pgoutboxstore.moc"
