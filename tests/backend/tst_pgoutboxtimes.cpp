// SPDX-License-Identifier: GPL-3.0-or-later
#include "outbox/pgoutboxstore.h"
#include "support/fakeoutboxstore.h"
#include "support/printers.h"
#include "support/scratchpostgres.h"
#include "support/service.h"

#include <QTest>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// Rows by any id, and the rows of a time: what joins the table with the broker. The same cases for
/// the table in memory where both can do it.
class TestPgOutboxTimes : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase_data();
    void initTestCase();
    void init();
    void rowsOfATimeAreThoseCreatedOrPublishedInIt();
    void pagesEndWhereTheTableEnds();
    void aLargeTableIsEnteredNearTheWindow();
    void rowsAreFoundByEventIdThenByRowId();
    void withoutAnIndexTheNewestRowsAreSearched();
    void whatCannotBeAnIdIsNotFound();

private:
    std::unique_ptr<OutboxStore> open(const OutboxSettings& settings = {})
    {
        OutboxSettings complete = settings;
        complete.dsn = m_server->dsn();
        auto store = makePgOutboxStore(complete, Access::Monitor);
        if (!store)
            qFatal("%s", describe(store.error()).constData());
        return std::move(*store);
    }

    /// Row `id`, created so long ago and published so long after that; in both tables.
    void addRow(qint64 id, Milliseconds ago, std::optional<Milliseconds> later);

    std::unique_ptr<OutboxStore> store()
    {
        QFETCH_GLOBAL(bool, isReal);
        return isReal ? open() : std::make_unique<FakeOutboxStore>(m_table);
    }

    std::unique_ptr<ScratchPostgres> m_server;
    std::shared_ptr<FakeOutboxTable> m_table;
    TimePoint m_now;
};

void TestPgOutboxTimes::initTestCase_data()
{
    QTest::addColumn<bool>("isReal");
    QTest::newRow("in memory") << false;
    QTest::newRow("PostgreSQL") << true;
}

void TestPgOutboxTimes::initTestCase()
{
    auto started = ScratchPostgres::start();
    REQUIRE_SERVICE(started);
    m_server = std::move(*started);
}

void TestPgOutboxTimes::init()
{
    QVERIFY_RESULT(m_server->wipe());
    QVERIFY_RESULT(m_server->createSeedSchema());
    m_table = std::make_shared<FakeOutboxTable>();
    m_now = TimePoint(Microseconds(1'700'000'000'000'000));
}

void TestPgOutboxTimes::addRow(qint64 id, Milliseconds ago, std::optional<Milliseconds> later)
{
    OutboxRow row;
    row.id = OutboxRowId(QByteArray::number(id));
    row.eventId = EventId(row.id.bytes());
    row.topic = TopicName("order.paid");
    row.createdAt = m_now - ago;
    if (later)
        row.publishedAt = *row.createdAt + *later;
    row.state = later ? RowState::Published : RowState::Unpublished;
    m_table->insert(row);
    const auto sql = [](const std::optional<TimePoint>& time) {
        return time ? u"'%1'"_s.arg(isoText(*time)) : u"NULL"_s;
    };
    QVERIFY_RESULT(m_server->exec(
        u"INSERT INTO orders_outboxevent (id, topic, payload, created_at, published_at)"
        " VALUES (%1, 'order.paid', '{}', %2, %3)"_s.arg(id)
            .arg(sql(row.createdAt), sql(row.publishedAt))));
}

void TestPgOutboxTimes::rowsOfATimeAreThoseCreatedOrPublishedInIt()
{
    addRow(1, 3h, 1s);
    addRow(2, 3h, 2h + 30min);
    addRow(3, 50min, std::nullopt);
    addRow(4, 40min, 30min);
    addRow(5, 1min, 1s);
    const auto page = store()->rowsOfTime({m_now - 1h, m_now - 20min, 24h}, {}, 1'000);
    QVERIFY_RESULT(page);
    QVERIFY(!page->next);
    QCOMPARE(page->rows.size(), 3);
    QCOMPARE(page->rows[0].id, OutboxRowId("2"));
    QCOMPARE(page->rows[0].publishedAt, m_now - 30min);
    QVERIFY(page->rows[0].state == RowState::Published);
    QCOMPARE(page->rows[1].id, OutboxRowId("3"));
    QVERIFY(page->rows[1].state == RowState::Unpublished);
    QVERIFY(!page->rows[1].publishedAt);
    QCOMPARE(page->rows[2].eventId, EventId("4"));
    QCOMPARE(page->rows[2].topic, TopicName("order.paid"));
    QVERIFY(page->keepsPublished);
}

void TestPgOutboxTimes::pagesEndWhereTheTableEnds()
{
    for (int id = 1; id <= 10; ++id)
        addRow(id, 10min, 1s);
    const auto of = store();
    QStringList ids;
    int pages = 0;
    std::optional<OutboxRowId> after;
    do {
        const auto page = of->rowsOfTime({m_now - 1h, m_now, 24h}, after, 4);
        QVERIFY_RESULT(page);
        for (const TimedRow& row : page->rows)
            ids << row.id.text();
        after = page->next;
        ++pages;
    } while (after && pages < 10);
    QCOMPARE(pages, 3);
    QCOMPARE(ids.size(), 10);
    QCOMPARE(ids.last(), u"10"_s);
}

/// 30 000 rows over 30 000 s: only those from a while before the window are looked at.
void TestPgOutboxTimes::aLargeTableIsEnteredNearTheWindow()
{
    QFETCH_GLOBAL(bool, isReal);
    if (!isReal)
        QSKIP("A table in memory is read as a whole.");
    QVERIFY_RESULT(m_server->exec(
        u"INSERT INTO orders_outboxevent (topic, payload, created_at, published_at)"
        " SELECT 'order.paid', '{}', t, t FROM (SELECT timestamptz '2023-11-14 22:13:20Z'"
        " - make_interval(secs => 30000 - n) AS t FROM generate_series(1, 30000) n) AS s"_s));
    const auto of = store();
    const auto page = of->rowsOfTime({m_now - 1'000s, m_now - 500s, 100s}, {}, 10'000);
    QVERIFY_RESULT(page);
    QCOMPARE(page->rows.size(), 501);
    QCOMPARE(page->rows.first().id, OutboxRowId("29000"));
    QVERIFY(!page->note.isEmpty());
    QVERIFY(!page->next);
    // Pages behind the window are not read.
    const auto early = of->rowsOfTime({m_now - 29'000s, m_now - 28'500s, 100s}, {}, 1'000);
    QVERIFY_RESULT(early);
    QCOMPARE(early->rows.size(), 501);
    QVERIFY(early->next);
    const auto behind =
        of->rowsOfTime({m_now - 29'000s, m_now - 28'500s, 100s}, early->next, 1'000);
    QVERIFY_RESULT(behind);
    QVERIFY(behind->rows.isEmpty());
    QVERIFY(!behind->next);
}

void TestPgOutboxTimes::rowsAreFoundByEventIdThenByRowId()
{
    addRow(1, 10min, 1s);
    addRow(2, 10min, std::nullopt);
    const auto found = store()->lookUp("2");
    QVERIFY_RESULT(found);
    QCOMPARE(found->rows.size(), 1);
    QCOMPARE(found->rows.first().id, OutboxRowId("2"));
    QVERIFY(found->note.isEmpty());
    const auto none = store()->lookUp("77");
    QVERIFY_RESULT(none);
    QVERIFY(none->rows.isEmpty());
}

/// Over 8 MB, with an event id in the payload that no index helps to find.
void TestPgOutboxTimes::withoutAnIndexTheNewestRowsAreSearched()
{
    QFETCH_GLOBAL(bool, isReal);
    if (!isReal)
        QSKIP("A table in memory needs no index.");
    QVERIFY_RESULT(
        m_server->exec(u"INSERT INTO orders_outboxevent (topic, payload, created_at)"
                       " SELECT 'order.paid', jsonb_build_object('key', 'evt-' || n), now()"
                       " FROM generate_series(1, 130000) n; ANALYZE orders_outboxevent"_s));
    OutboxSettings settings;
    settings.columns.eventId = u"payload.key"_s;
    const auto of = open(settings);
    const auto fresh = of->lookUp("evt-120000");
    QVERIFY_RESULT(fresh);
    QCOMPARE(fresh->rows.size(), 1);
    QVERIFY(fresh->note.isEmpty());
    const auto old = of->lookUp("evt-10");
    QVERIFY_RESULT(old);
    QVERIFY(old->rows.isEmpty());
    QVERIFY(old->note.contains(u"30001"_s));
    // By its own id it is found nevertheless.
    const auto byRow = of->lookUp("10");
    QVERIFY_RESULT(byRow);
    QCOMPARE(byRow->rows.size(), 1);
    QCOMPARE(byRow->rows.first().eventId, EventId("evt-10"));
}

void TestPgOutboxTimes::whatCannotBeAnIdIsNotFound()
{
    addRow(1, 10min, 1s);
    const auto found = store()->lookUp("1700000000000-0; DROP TABLE orders_outboxevent");
    QVERIFY_RESULT(found);
    QVERIFY(found->rows.isEmpty());
}

QTEST_GUILESS_MAIN(TestPgOutboxTimes)
#include "tst_pgoutboxtimes.moc"
