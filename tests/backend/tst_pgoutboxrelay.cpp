// SPDX-License-Identifier: GPL-3.0-or-later
#include "outbox/pgoutboxstore.h"
#include "support/printers.h"
#include "support/scratchpostgres.h"
#include "support/service.h"

#include <QTest>

using namespace outboard;
using namespace Qt::StringLiterals;

/// One chunk of a relay run: what is locked, what is marked, what is told.
class TestPgOutboxRelay : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void marksWhatTheBrokerAccepted();
    void refusedRowsStayWithTheirError();
    void brokenBrokerConnectionsCountAsPossibleDuplicates();
    void missingAnswersCountAsPossibleDuplicates();
    void chunksFollowEachOtherByKey();
    void rowsCommittedLateWithALowerIdAreFoundFromTheLowEnd();
    void onlyTheChosenTopicsAreRelayed();
    void rowsThatAnotherSessionLocksAreSkipped();
    void otherSessionsSkipTheRowsOfAChunk();
    void oneOutboardRelaysATableAtATime();
    void anotherTableCanBeRelayedMeanwhile();
    void monitorStoreRefuses();
    void missingUpdatePermissionLeavesTheRows();
    void rowsThatARuleKeepsFromBeingMarkedAreReported();
    void brokenCommitIsAConflictInTheReport();
    void serverGoneBeforeTheMarkIsInTheReport();
    void emptyTableSeesNothing();
    void scriptShowsWhatRuns();

private:
    using Sent = std::span<const OutgoingMessage>;

    std::unique_ptr<OutboxStore> opened(
        const QString& table = {}, const QString& user = u"postgres"_s)
    {
        OutboxSettings settings;
        settings.dsn = m_server->dsn(user);
        settings.table = table;
        auto store = makePgOutboxStore(settings, Access::Operate);
        if (!store)
            qFatal("%s", describe(store.error()).constData());
        return std::move(*store);
    }

    static std::vector<Result<EntryId>> acceptAll(Sent messages)
    {
        return std::vector<Result<EntryId>>(messages.size(), EntryId{1, 1});
    }

    QByteArray unpublished() const
    {
        return m_server->value(
            u"SELECT coalesce(string_agg(id::text, ' ' ORDER BY id), '') FROM orders_outboxevent"
            " WHERE published_at IS NULL"_s);
    }

    std::unique_ptr<ScratchPostgres> m_server;
};

void TestPgOutboxRelay::initTestCase()
{
    auto started = ScratchPostgres::start();
    REQUIRE_SERVICE(started);
    m_server = std::move(*started);
}

void TestPgOutboxRelay::init()
{
    QVERIFY_RESULT(m_server->wipe());
    QVERIFY_RESULT(m_server->createSeedSchema());
    QVERIFY_RESULT(m_server->addEvents(u"order.paid"_s, 6));
}

void TestPgOutboxRelay::marksWhatTheBrokerAccepted()
{
    QStringList sent;
    const auto chunk = opened()->relay({}, [&](Sent messages) {
        for (const OutgoingMessage& message : messages)
            sent << message.eventId.text() + u' ' + message.topic.text() + u' '
                        + QString::fromUtf8(message.payload);
        return acceptAll(messages);
    });
    QVERIFY_RESULT(chunk);
    QCOMPARE(sent.size(), 6);
    QCOMPARE(sent.first(), u"1 order.paid {\"order_id\": 1}"_s);
    QCOMPARE(sent.last(), u"6 order.paid {\"order_id\": 6}"_s);
    QCOMPARE(chunk->seen, 6);
    QCOMPARE(chunk->last->text(), u"6"_s);
    QCOMPARE(chunk->report.published, 6);
    QCOMPARE(chunk->report.duplicatesPossible, 0);
    QVERIFY(chunk->report.failed.isEmpty());
    QVERIFY(!chunk->report.error);
    QVERIFY(!chunk->report.remaining.isKnown());
    QCOMPARE(unpublished(), "");
    QCOMPARE(
        m_server->value(u"SELECT count(*) FROM orders_outboxevent"
                        " WHERE published_at > now() - interval '1 minute'"_s),
        "6");
}

void TestPgOutboxRelay::refusedRowsStayWithTheirError()
{
    const Error tooLarge{Error::Kind::Refused, u"too large"_s, {}};
    const auto chunk = opened()->relay({}, [&](Sent messages) {
        auto results = acceptAll(messages);
        results[1] = tooLarge;
        results[4] = Error{Error::Kind::Missing, u"no stream"_s, {}};
        return results;
    });
    QVERIFY_RESULT(chunk);
    QCOMPARE(chunk->report.published, 4);
    QCOMPARE(chunk->report.failed.size(), 2);
    QCOMPARE(chunk->report.failed.first(), (RelayFailure{OutboxRowId("2"), tooLarge}));
    QCOMPARE(chunk->report.duplicatesPossible, 0);
    QVERIFY(!chunk->report.error);
    QCOMPARE(unpublished(), "2 5");
}

void TestPgOutboxRelay::brokenBrokerConnectionsCountAsPossibleDuplicates()
{
    const auto chunk = opened()->relay({}, [&](Sent messages) {
        auto results = acceptAll(messages);
        results[3] = Error{Error::Kind::Unreachable, u"broke"_s, {}};
        results[4] = Error{Error::Kind::Timeout, u"late"_s, {}};
        results[5] = Error{Error::Kind::Conflict, u"in doubt"_s, {}};
        return results;
    });
    QVERIFY_RESULT(chunk);
    QCOMPARE(chunk->report.published, 3);
    QCOMPARE(chunk->report.duplicatesPossible, 3);
    QVERIFY(chunk->report.failed.isEmpty());
    QCOMPARE(chunk->report.error->what, u"broke"_s);
    QCOMPARE(unpublished(), "4 5 6");
}

void TestPgOutboxRelay::missingAnswersCountAsPossibleDuplicates()
{
    const auto chunk =
        opened()->relay({}, [&](Sent messages) { return acceptAll(messages.first(2)); });
    QVERIFY_RESULT(chunk);
    QCOMPARE(chunk->report.published, 2);
    QCOMPARE(chunk->report.duplicatesPossible, 4);
    QVERIFY(chunk->report.error->kind == Error::Kind::Internal);
    QCOMPARE(unpublished(), "3 4 5 6");
}

void TestPgOutboxRelay::chunksFollowEachOtherByKey()
{
    auto store = opened();
    QList<qint64> sizes;
    RelayBatch batch;
    batch.limit = 4;
    for (int chunkNumber = 0; chunkNumber < 3; ++chunkNumber) {
        const auto chunk = store->relay(batch, acceptAll);
        QVERIFY_RESULT(chunk);
        sizes << chunk->seen;
        batch.after = chunk->last;
    }
    QCOMPARE(sizes, (QList<qint64>{4, 2, 0}));
}

void TestPgOutboxRelay::rowsCommittedLateWithALowerIdAreFoundFromTheLowEnd()
{
    auto late = m_server->session();
    QVERIFY_RESULT(late);
    QVERIFY_RESULT((*late)->exec(
        u"BEGIN; INSERT INTO orders_outboxevent (topic, payload, created_at) VALUES ('t', '{}', now())"_s));
    QVERIFY_RESULT(m_server->addEvents(u"order.paid"_s, 1));
    auto store = opened();
    const auto chunk = store->relay({}, acceptAll);
    QVERIFY_RESULT(chunk);
    QCOMPARE(chunk->last->text(), u"8"_s);
    QVERIFY_RESULT((*late)->exec(u"COMMIT"_s));
    RelayBatch above;
    above.after = chunk->last;
    QCOMPARE(store->relay(above, acceptAll).value_or({}).seen, 0);
    const auto again = store->relay({}, acceptAll);
    QVERIFY_RESULT(again);
    QCOMPARE(again->report.published, 1);
    QCOMPARE(again->last->text(), u"7"_s);
}

void TestPgOutboxRelay::onlyTheChosenTopicsAreRelayed()
{
    QVERIFY_RESULT(m_server->addEvents(u"order.\"refunded\",{}"_s, 2));
    RelayBatch batch;
    batch.topics = {TopicName("order.\"refunded\",{}"), TopicName("none")};
    const auto chunk = opened()->relay(batch, acceptAll);
    QVERIFY_RESULT(chunk);
    QCOMPARE(chunk->report.published, 2);
    QCOMPARE(unpublished(), "1 2 3 4 5 6");
}

void TestPgOutboxRelay::rowsThatAnotherSessionLocksAreSkipped()
{
    auto other = m_server->session();
    QVERIFY_RESULT(other);
    QVERIFY_RESULT(
        (*other)->exec(u"BEGIN; SELECT * FROM orders_outboxevent WHERE id IN (1, 3) FOR UPDATE"_s));
    const auto chunk = opened()->relay({}, acceptAll);
    QVERIFY_RESULT(chunk);
    QCOMPARE(chunk->report.published, 4);
    QCOMPARE(unpublished(), "1 3");
}

void TestPgOutboxRelay::otherSessionsSkipTheRowsOfAChunk()
{
    QByteArray free;
    RelayBatch batch;
    batch.limit = 4;
    const auto chunk = opened()->relay(batch, [&](Sent messages) {
        free = m_server->value(
            u"SELECT count(*) FROM (SELECT 1 FROM orders_outboxevent FOR UPDATE SKIP LOCKED) AS free"_s);
        return acceptAll(messages);
    });
    QVERIFY_RESULT(chunk);
    QCOMPARE(free, "2");
}

void TestPgOutboxRelay::oneOutboardRelaysATableAtATime()
{
    auto second = opened();
    std::optional<Error> refusal;
    const auto chunk = opened()->relay({}, [&](Sent messages) {
        const auto other = second->relay({}, acceptAll);
        if (!other)
            refusal = other.error();
        return acceptAll(messages);
    });
    QVERIFY_RESULT(chunk);
    QCOMPARE(chunk->report.published, 6);
    QVERIFY(refusal);
    QVERIFY(refusal->kind == Error::Kind::Refused);
    QVERIFY(refusal->what.contains(u"orders_outboxevent"));
    // The lock went with the transaction.
    QVERIFY_RESULT(second->relay({}, acceptAll));
}

void TestPgOutboxRelay::anotherTableCanBeRelayedMeanwhile()
{
    QVERIFY_RESULT(
        m_server->exec(u"CREATE TABLE shop_outbox (LIKE orders_outboxevent INCLUDING ALL);"
                       "INSERT INTO shop_outbox SELECT * FROM orders_outboxevent"_s));
    auto second = opened(u"shop_outbox"_s);
    qint64 published = 0;
    const auto chunk = opened()->relay({}, [&](Sent messages) {
        published = second->relay({}, acceptAll).value_or({}).report.published;
        return acceptAll(messages);
    });
    QVERIFY_RESULT(chunk);
    QCOMPARE(published, 6);
}

void TestPgOutboxRelay::monitorStoreRefuses()
{
    OutboxSettings settings;
    settings.dsn = m_server->dsn();
    auto store = makePgOutboxStore(settings, Access::Monitor);
    QVERIFY_RESULT(store);
    bool isCalled = false;
    const auto chunk = (*store)->relay({}, [&](Sent messages) {
        isCalled = true;
        return acceptAll(messages);
    });
    QVERIFY_ERROR(chunk, Error::Kind::Refused);
    QVERIFY(!isCalled);
}

void TestPgOutboxRelay::missingUpdatePermissionLeavesTheRows()
{
    QVERIFY_RESULT(m_server->exec(
        u"DROP ROLE IF EXISTS guest; CREATE ROLE guest LOGIN; GRANT SELECT ON orders_outboxevent TO guest"_s));
    const auto chunk = opened({}, u"guest"_s)->relay({}, acceptAll);
    QVERIFY_ERROR(chunk, Error::Kind::Refused);
    QVERIFY(chunk.error().what.contains(u"GRANT"));
    QCOMPARE(unpublished(), "1 2 3 4 5 6");
}

void TestPgOutboxRelay::rowsThatARuleKeepsFromBeingMarkedAreReported()
{
    QVERIFY_RESULT(m_server->exec(
        u"CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF NEW.id = 2 THEN RETURN NULL; END IF; RETURN NEW; END $$;"
        "CREATE TRIGGER keeping BEFORE UPDATE ON orders_outboxevent FOR EACH ROW EXECUTE FUNCTION keep()"_s));
    const auto chunk = opened()->relay({}, acceptAll);
    QVERIFY_RESULT(chunk);
    QCOMPARE(chunk->report.published, 0);
    QCOMPARE(chunk->report.duplicatesPossible, 6);
    QVERIFY(chunk->report.error->kind == Error::Kind::Refused);
    QCOMPARE(unpublished(), "1 2 3 4 5 6");
}

void TestPgOutboxRelay::brokenCommitIsAConflictInTheReport()
{
    QVERIFY_RESULT(m_server->exec(
        u"CREATE FUNCTION leave() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(5); RETURN NULL; END $$;"
        "CREATE CONSTRAINT TRIGGER leaving AFTER UPDATE ON orders_outboxevent DEFERRABLE"
        " INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION leave()"_s));
    auto store = opened();
    const auto chunk = store->relay({}, acceptAll);
    QVERIFY_RESULT(chunk);
    QVERIFY(chunk->report.error);
    QVERIFY2(
        chunk->report.error->kind == Error::Kind::Conflict,
        describe(*chunk->report.error).constData());
    QCOMPARE(chunk->report.published, 0);
    QCOMPARE(chunk->report.duplicatesPossible, 6);
    QVERIFY(!store->isUsable());
}

void TestPgOutboxRelay::serverGoneBeforeTheMarkIsInTheReport()
{
    auto store = opened();
    const auto chunk = store->relay({}, [&](Sent messages) {
        (void)m_server->terminateSessions();
        return acceptAll(messages);
    });
    QVERIFY_RESULT(chunk);
    QVERIFY(chunk->report.error->kind == Error::Kind::Unreachable);
    QCOMPARE(chunk->report.duplicatesPossible, 6);
    QVERIFY(!store->isUsable());
    QCOMPARE(unpublished(), "1 2 3 4 5 6");
    QVERIFY_ERROR(store->relay({}, acceptAll), Error::Kind::Unreachable);
}

void TestPgOutboxRelay::emptyTableSeesNothing()
{
    QVERIFY_RESULT(m_server->exec(u"TRUNCATE orders_outboxevent"_s));
    bool isCalled = false;
    const auto chunk = opened()->relay({}, [&](Sent messages) {
        isCalled = true;
        return acceptAll(messages);
    });
    QVERIFY_RESULT(chunk);
    QCOMPARE(chunk->seen, 0);
    QVERIFY(!chunk->last);
    QVERIFY(!isCalled);
}

void TestPgOutboxRelay::scriptShowsWhatRuns()
{
    RelayBatch batch;
    batch.topics = {TopicName("it's $1")};
    batch.after = OutboxRowId("41");
    batch.limit = 7;
    const QStringList script = opened()->relaySql(batch);
    QCOMPARE(script.size(), 5);
    QVERIFY2(script.at(2).contains(u"\"id\" > '41'::bigint"), qPrintable(script.at(2)));
    QVERIFY(script.at(2).contains(u"'{\"it''s $1\"}'::text[]"));
    QVERIFY(script.at(2).endsWith(u"LIMIT 7 FOR UPDATE SKIP LOCKED;"));
    QVERIFY(script.at(3).startsWith(
        u"UPDATE \"public\".\"orders_outboxevent\" SET published_at = now()"));
    // It really is SQL: the server can plan what is shown.
    const QString explain = u"EXPLAIN "_s + script.at(2);
    QVERIFY_RESULT(m_server->exec(explain));
}

QTEST_GUILESS_MAIN(TestPgOutboxRelay)
#include "tst_pgoutboxrelay.moc"
