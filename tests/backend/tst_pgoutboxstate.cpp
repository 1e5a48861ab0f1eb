// SPDX-License-Identifier: GPL-3.0-or-later
#include "outbox/pgoutboxstore.h"
#include "support/printers.h"
#include "support/scratchpostgres.h"
#include "support/service.h"

#include <QTest>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// What a monitoring round knows, and how sure it is of it.
class TestPgOutboxState : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void freshTableIsExactlyEmpty();
    void smallTablesAreCountedWithoutAnIndex();
    void topicsAreCountedOneByOne();
    void cappedCountsSayAtLeast_data();
    void cappedCountsSayAtLeast();
    void largeTablesWithoutAnIndexAreEstimated();
    void largeTablesWithAnIndexAreExactAndFast();
    void indexIsRecognisedByItsMeaning_data();
    void indexIsRecognisedByItsMeaning();
    void indexMadeLaterIsSeen();
    void lastPublishedIsFoundBelowTheBacklog();
    void deadRowsAreCountedAndDoNotWait();
    void uuidIdsBeyondTheCapDoNotKnowTheOldest();
    void partitionedTablesAreSummed();
    void lockedTableIsATimeout();
    void idlesInNoTransaction();

private:
    OutboxState state(const OutboxSettings& settings = {})
    {
        OutboxSettings complete = settings;
        complete.dsn = m_server->dsn();
        auto store = makePgOutboxStore(complete, Access::Monitor);
        if (!store)
            qFatal("%s", describe(store.error()).constData());
        const auto state = (*store)->state();
        if (!state)
            qFatal("%s", describe(state.error()).constData());
        return *state;
    }

    void insert(const QString& columns, const QString& values, qint64 count)
    {
        const auto done = m_server->exec(
            u"INSERT INTO orders_outboxevent (%1) SELECT %2 FROM generate_series(1, %3) n"_s
                .arg(columns, values)
                .arg(count));
        if (!done)
            qFatal("%s", describe(done.error()).constData());
    }

    std::unique_ptr<ScratchPostgres> m_server;
};

void TestPgOutboxState::initTestCase()
{
    auto started = ScratchPostgres::start();
    REQUIRE_SERVICE(started);
    m_server = std::move(*started);
}

void TestPgOutboxState::init()
{
    QVERIFY_RESULT(m_server->wipe());
    QVERIFY_RESULT(m_server->createSeedSchema());
}

void TestPgOutboxState::freshTableIsExactlyEmpty()
{
    const OutboxState empty = state();
    QCOMPARE(empty.table, u"orders_outboxevent"_s);
    QCOMPARE(empty.unpublished, Count::exact(0));
    QVERIFY(!empty.oldestAge);
    QVERIFY(!empty.oldestUnpublishedAt);
    QVERIFY(!empty.highestId);
    QVERIFY(!empty.lastPublishedAt);
    QVERIFY(empty.topics.isEmpty());
    QVERIFY(empty.topicsNote.isEmpty());
    QCOMPARE(empty.dead, Count::exact(0));
    QVERIFY(!empty.hasUnpublishedIndex);
    QCOMPARE(
        empty.indexAdvice,
        u"CREATE INDEX CONCURRENTLY ON \"public\".\"orders_outboxevent\" (\"id\")"
        " WHERE published_at IS NULL;"_s);
    QVERIFY(std::chrono::abs(systemClock()() - empty.at) < 1min);
}

void TestPgOutboxState::smallTablesAreCountedWithoutAnIndex()
{
    insert(u"topic, payload, created_at"_s, u"'t', '{}', now() - interval '90 seconds'"_s, 7);
    insert(u"topic, payload, created_at, published_at"_s, u"'t', '{}', now(), now()"_s, 5);
    const OutboxState known = state();
    QCOMPARE(known.unpublished, Count::exact(7));
    QVERIFY(*known.oldestAge >= 90s && *known.oldestAge < 150s);
    QCOMPARE(known.at - *known.oldestUnpublishedAt >= 90s, true);
    QCOMPARE(*known.highestId, 12);
    QVERIFY(known.lastPublishedAt && known.at - *known.lastPublishedAt < 1min);
}

void TestPgOutboxState::topicsAreCountedOneByOne()
{
    insert(
        u"topic, payload, created_at"_s, u"'order.paid', '{}', now() - interval '5 minutes'"_s, 3);
    insert(u"topic, payload, created_at"_s, u"'order.paid', '{}', now()"_s, 2);
    insert(u"topic, payload, created_at, published_at"_s, u"'order.done', '{}', now(), now()"_s, 4);
    insert(
        u"topic, payload, created_at, published_at"_s,
        u"'order.done', '{}', now() - interval '1 hour', now() - interval '1 hour'"_s,
        1);
    const OutboxState known = state();
    QCOMPARE(known.topics.size(), 2);
    const OutboxTopicState done = known.topics.at(0);
    QCOMPARE(done.topic.text(), u"order.done"_s);
    QCOMPARE(done.unpublished, Count::exact(0));
    QVERIFY(!done.oldestAge);
    QCOMPARE(done.createdLastMinute, Count::exact(4));
    QCOMPARE(done.publishedLastMinute, Count::exact(4));
    QVERIFY(done.lastPublishedAt && known.at - *done.lastPublishedAt < 1min);
    const OutboxTopicState paid = known.topics.at(1);
    QCOMPARE(paid.unpublished, Count::exact(5));
    QVERIFY(*paid.oldestAge >= 5min && *paid.oldestAge < 6min);
    QCOMPARE(paid.createdLastMinute, Count::exact(2));
    QCOMPARE(paid.publishedLastMinute, Count::exact(0));
    QVERIFY(!paid.lastPublishedAt);
}

void TestPgOutboxState::cappedCountsSayAtLeast_data()
{
    QTest::addColumn<bool>("withIndex");
    QTest::newRow("with the partial index") << true;
    QTest::newRow("small, without the index") << false;
}

void TestPgOutboxState::cappedCountsSayAtLeast()
{
    QFETCH(bool, withIndex);
    if (withIndex)
        QVERIFY_RESULT(m_server->exec(
            u"CREATE INDEX ON orders_outboxevent (id) WHERE published_at IS NULL"_s));
    QVERIFY_RESULT(m_server->addEvents(u"t"_s, 10'000));
    QCOMPARE(state().unpublished, Count::exact(10'000));
    QVERIFY_RESULT(m_server->addEvents(u"t"_s, 15'000));
    const OutboxState capped = state();
    QCOMPARE(capped.hasUnpublishedIndex, withIndex);
    QVERIFY(capped.unpublished.quality == Count::Quality::AtLeast);
    QCOMPARE(capped.unpublished.value, 10'000);
    QVERIFY(!capped.unpublished.reason.isEmpty());
    QVERIFY(!capped.topicsNote.isEmpty());
    QVERIFY(capped.topics.first().unpublished.quality == Count::Quality::AtLeast);
    // Ids grow with time, so the first of the first rows is the oldest.
    QVERIFY(*capped.oldestAge >= 9'000s);
}

void TestPgOutboxState::largeTablesWithoutAnIndexAreEstimated()
{
    insert(
        u"topic, payload, created_at, published_at"_s,
        u"'history', to_jsonb(repeat('x', 100)), now() - interval '1 day', now()"_s,
        60'000);
    insert(u"topic, payload, created_at"_s, u"'t', '{}', now()"_s, 300);
    // Never analysed: there is nothing to go by but the newest rows.
    const OutboxState fresh = state();
    QVERIFY(!fresh.unpublished.isExact() && fresh.unpublished.isKnown());
    QVERIFY(fresh.unpublished.value >= 300);
    QVERIFY_RESULT(m_server->exec(u"ANALYZE orders_outboxevent"_s));
    const OutboxState known = state();
    QVERIFY(!known.hasUnpublishedIndex);
    QVERIFY(known.unpublished.quality != Count::Quality::Exact);
    QVERIFY(known.unpublished.value >= 300 && known.unpublished.value < 3'000);
    QVERIFY(!known.unpublished.reason.isEmpty());
    QVERIFY(!known.topicsNote.isEmpty());
    // The oldest waiting row may be anywhere.
    QVERIFY(!known.oldestAge);
    QCOMPARE(*known.highestId, 60'300);
    const auto newest =
        std::find_if(known.topics.begin(), known.topics.end(), [](const auto& topic) {
            return topic.topic == TopicName("t");
        });
    QVERIFY(newest != known.topics.end());
    QCOMPARE(newest->unpublished.value, 300);
    QVERIFY(newest->unpublished.quality == Count::Quality::AtLeast);
    QCOMPARE(newest->createdLastMinute, Count::exact(300));
}

void TestPgOutboxState::largeTablesWithAnIndexAreExactAndFast()
{
    insert(
        u"topic, payload, created_at, published_at"_s,
        u"'history', to_jsonb(repeat('x', 100)), now() - interval '1 day', now() - interval '1 hour'"_s,
        60'000);
    insert(u"topic, payload, created_at"_s, u"'t', '{}', now() - interval '10 minutes'"_s, 300);
    QVERIFY_RESULT(m_server->exec(
        u"CREATE INDEX ON orders_outboxevent (id) WHERE published_at IS NULL; ANALYZE orders_outboxevent"_s));
    const OutboxState known = state();
    QVERIFY(known.hasUnpublishedIndex);
    QVERIFY(known.indexAdvice.isEmpty());
    QCOMPARE(known.unpublished, Count::exact(300));
    QVERIFY(*known.oldestAge >= 10min && *known.oldestAge < 11min);
    QVERIFY(known.topicsNote.isEmpty());
}

void TestPgOutboxState::indexIsRecognisedByItsMeaning_data()
{
    QTest::addColumn<QString>("condition");
    QTest::addColumn<QString>("index");
    QTest::addColumn<bool>("isRecognised");
    const QString null = u"published_at IS NULL"_s;
    QTest::newRow("the same") << null << u"(id) WHERE published_at IS NULL"_s << true;
    QTest::newRow("written differently")
        << null << u"(id, topic) WHERE NOT (published_at IS NOT NULL)"_s << true;
    QTest::newRow("a status in another spelling")
        << u"topic = 'new'"_s << u"(id) WHERE ((topic)::text = 'new'::text)"_s << true;
    QTest::newRow("one of several states")
        << u"topic IN ('new', 'retry')"_s << u"(id) WHERE topic = 'new' OR topic = 'retry'"_s
        << true;
    QTest::newRow("a wider condition")
        << u"topic = 'new'"_s << u"(id) WHERE topic IS NOT NULL"_s << false;
    QTest::newRow("a narrower condition")
        << null << u"(id) WHERE published_at IS NULL AND topic = 'new'"_s << false;
    QTest::newRow("another first column")
        << null << u"(topic) WHERE published_at IS NULL"_s << false;
    QTest::newRow("a whole index on the column") << null << u"(published_at)"_s << false;
    QTest::newRow("a whole index on the id") << null << u"(id)"_s << false;
}

void TestPgOutboxState::indexIsRecognisedByItsMeaning()
{
    QFETCH(QString, condition);
    QFETCH(QString, index);
    QFETCH(bool, isRecognised);
    QVERIFY_RESULT(m_server->exec(QString(u"CREATE INDEX ON orders_outboxevent "_s + index)));
    OutboxSettings settings;
    settings.unpublished = condition;
    const OutboxState known = state(settings);
    QCOMPARE(known.hasUnpublishedIndex, isRecognised);
    QCOMPARE(known.indexAdvice.isEmpty(), isRecognised);
}

void TestPgOutboxState::indexMadeLaterIsSeen()
{
    OutboxSettings settings;
    settings.dsn = m_server->dsn();
    auto store = makePgOutboxStore(settings, Access::Monitor);
    QVERIFY_RESULT(store);
    const auto before = (*store)->state();
    QVERIFY_RESULT(before);
    QVERIFY(!before->hasUnpublishedIndex);
    QVERIFY_RESULT(m_server->exec(before->indexAdvice));
    const auto after = (*store)->state();
    QVERIFY_RESULT(after);
    QVERIFY(after->hasUnpublishedIndex);
}

void TestPgOutboxState::lastPublishedIsFoundBelowTheBacklog()
{
    insert(
        u"topic, payload, created_at, published_at"_s,
        u"'t', '{}', now() - interval '1 hour', now() - interval '20 minutes'"_s,
        50);
    QVERIFY_RESULT(m_server->addEvents(u"t"_s, 10'500));
    const OutboxState known = state();
    QVERIFY(known.lastPublishedAt);
    const auto ago = known.at - *known.lastPublishedAt;
    QVERIFY(ago >= 20min && ago < 21min);
}

void TestPgOutboxState::deadRowsAreCountedAndDoNotWait()
{
    insert(u"topic, payload, created_at"_s, u"'dead', '{}', now()"_s, 4);
    insert(u"topic, payload, created_at"_s, u"'alive', '{}', now()"_s, 3);
    OutboxSettings settings;
    settings.dead = u"topic = 'dead'"_s;
    const OutboxState known = state(settings);
    QCOMPARE(known.dead, Count::exact(4));
    QCOMPARE(known.unpublished, Count::exact(3));
}

void TestPgOutboxState::uuidIdsBeyondTheCapDoNotKnowTheOldest()
{
    QVERIFY_RESULT(
        m_server->exec(u"CREATE TABLE uuid_outbox (id uuid PRIMARY KEY, topic text, payload jsonb,"
                       " created_at timestamptz, published_at timestamptz);"
                       "INSERT INTO uuid_outbox SELECT gen_random_uuid(), 't', '{}', now() - n * "
                       "interval '1 second'"
                       " FROM generate_series(1, 9000) n"_s));
    OutboxSettings settings;
    settings.table = u"uuid_outbox"_s;
    const OutboxState counted = state(settings);
    QCOMPARE(counted.unpublished, Count::exact(9'000));
    QVERIFY(*counted.oldestAge >= 9'000s);
    QVERIFY(!counted.highestId);
    QVERIFY_RESULT(
        m_server->exec(u"INSERT INTO uuid_outbox SELECT gen_random_uuid(), 't', '{}', now()"
                       " FROM generate_series(1, 3000) n"_s));
    const OutboxState capped = state(settings);
    QVERIFY(capped.unpublished.quality == Count::Quality::AtLeast);
    QVERIFY(!capped.oldestAge);
    QCOMPARE(capped.topics.first().createdLastMinute.value >= 3'000, true);
}

void TestPgOutboxState::partitionedTablesAreSummed()
{
    QVERIFY_RESULT(m_server->exec(
        u"CREATE TABLE parted (id bigint, topic text, payload jsonb, created_at timestamptz,"
        " published_at timestamptz) PARTITION BY RANGE (id);"
        "CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (100);"
        "CREATE TABLE parted_2 PARTITION OF parted FOR VALUES FROM (100) TO (200);"
        "INSERT INTO parted SELECT n, 't', '{}', now() FROM generate_series(1, 150) n"_s));
    OutboxSettings settings;
    settings.table = u"parted"_s;
    QCOMPARE(state(settings).unpublished, Count::exact(150));
    QVERIFY_RESULT(m_server->exec(u"CREATE INDEX ON parted (id) WHERE published_at IS NULL"_s));
    QVERIFY(state(settings).hasUnpublishedIndex);
}

void TestPgOutboxState::lockedTableIsATimeout()
{
    OutboxSettings settings;
    settings.dsn = m_server->dsn();
    auto store = makePgOutboxStore(settings, Access::Monitor);
    QVERIFY_RESULT(store);
    auto other = m_server->session();
    QVERIFY_RESULT(other);
    QVERIFY_RESULT((*other)->exec(u"BEGIN; LOCK TABLE orders_outboxevent"_s));
    QVERIFY_ERROR((*store)->state(), Error::Kind::Timeout);
    QVERIFY((*store)->isUsable());
    QVERIFY_RESULT((*other)->exec(u"COMMIT"_s));
    QVERIFY_RESULT((*store)->state());
}

void TestPgOutboxState::idlesInNoTransaction()
{
    QVERIFY_RESULT(
        m_server->exec(u"CREATE INDEX ON orders_outboxevent (id) WHERE published_at IS NULL"_s));
    OutboxSettings settings;
    settings.dsn = m_server->dsn();
    auto store = makePgOutboxStore(settings, Access::Monitor);
    QVERIFY_RESULT(store);
    QVERIFY_RESULT((*store)->state());
    QVERIFY_RESULT((*store)->page({}, {}, 10));
    QVERIFY_RESULT((*store)->countUnpublished({}, 10));
    QCOMPARE(
        m_server->value(
            u"SELECT state FROM pg_stat_activity WHERE application_name = 'outboard-monitor'"_s),
        "idle");
}

QTEST_GUILESS_MAIN(TestPgOutboxState)
#include "tst_pgoutboxstate.moc"
