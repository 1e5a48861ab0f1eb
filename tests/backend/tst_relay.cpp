// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/relay.h"
#include "support/fakebroker.h"
#include "support/fakeoutboxstore.h"
#include "support/printers.h"

#include <QTest>

using namespace outboard;
using namespace Qt::StringLiterals;

namespace {

const BrokerTopic paid("order.paid");

/// A table with rows 1…n, an empty broker, and a relay between them.
struct World
{
    explicit World(qint64 rows = 0)
    {
        for (qint64 id = 1; id <= rows; ++id)
            table->insert(id);
        broker = std::move(*FakeBroker::open(streams));
    }

    RelayReport run(const RelayRequest& request = {}, const std::stop_token& stop = {})
    {
        FakeOutboxStore store(table);
        return Relay(store, *broker).run(request, {}, stop);
    }

    QList<QByteArray> sent() const
    {
        QList<QByteArray> ids;
        for (const Message& message : streams->entries(paid))
            ids.append(message.eventId.bytes());
        return ids;
    }

    std::shared_ptr<FakeOutboxTable> table = std::make_shared<FakeOutboxTable>();
    std::shared_ptr<FakeStreams> streams = std::make_shared<FakeStreams>();
    std::unique_ptr<FakeBroker> broker;
};

RelayRequest inChunksOf(qint64 batch)
{
    RelayRequest request;
    request.batch = batch;
    return request;
}

} // namespace

class TestRelay : public QObject
{
    Q_OBJECT

private slots:
    void everyRowReachesTheBrokerOnceInIdOrder();
    void onlyTheChosenTopicsAreRelayed();
    void atMostTheAskedForNumberIsOffered();
    void aRowThatCommitsLateWithALowerIdIsRelayed();
    void aLongWalkLooksBackToTheLowEnd();
    void aLookBackThatMeetsOnlyRefusedRowsGoesOnAbove();
    void aRefusedRowIsOfferedOnceAndStaysUnpublished();
    void allRefusedEndsInsteadOfRunningForEver();
    void lockedRowsAreLeftToWhoeverHoldsThem();
    void aStopTakesEffectBetweenChunks();
    void aBrokenBrokerKeepsWhatWasAcceptedAndSaysWhatMayComeTwice();
    void aBrokenDatabaseCountsWhatWillBeSentAgain_data();
    void aBrokenDatabaseCountsWhatWillBeSentAgain();
    void rowsAfterACrashAreSentAgainWithTheSameEventId();
    void anErrorOfTheFirstChunkIsTold();
    void remainingIsUnknownWhenTheDatabaseIsGone();
    void progressReachesTheTotal();
};

void TestRelay::everyRowReachesTheBrokerOnceInIdOrder()
{
    World world(1'234);
    const RelayReport report = world.run();
    QVERIFY(!report.error);
    QCOMPARE(report.published, 1'234);
    QCOMPARE(report.duplicatesPossible, 0);
    QCOMPARE(report.remaining, Count::exact(0));
    QVERIFY(world.table->unpublished().isEmpty());
    QList<QByteArray> expected;
    for (qint64 id = 1; id <= 1'234; ++id)
        expected.append(QByteArray::number(id));
    QCOMPARE(world.sent(), expected);
}

void TestRelay::onlyTheChosenTopicsAreRelayed()
{
    World world(3);
    world.table->insert(4, "order.refunded");
    RelayRequest request;
    request.topics = {TopicName("order.refunded")};
    const RelayReport report = world.run(request);
    QCOMPARE(report.published, 1);
    QCOMPARE(report.remaining, Count::exact(0));
    QCOMPARE(world.streams->entries(BrokerTopic("order.refunded")).size(), size_t(1));
    QVERIFY(world.sent().isEmpty());
}

void TestRelay::atMostTheAskedForNumberIsOffered()
{
    World world(20);
    world.streams->faults.refused = {EventId("2")};
    RelayRequest request = inChunksOf(3);
    request.max = 7;
    const RelayReport report = world.run(request);
    QCOMPARE(report.published, 6);
    QCOMPARE(report.failed.size(), 1);
    QCOMPARE(report.remaining, Count::exact(14));
}

void TestRelay::aRowThatCommitsLateWithALowerIdIsRelayed()
{
    World world;
    for (qint64 id = 100; id < 110; ++id)
        world.table->insert(id);
    // Its transaction took id 5 long ago and commits when the walk is past it.
    world.table->onChunk([&world](qint64 chunk) {
        if (chunk == 2)
            world.table->insert(5);
    });
    const RelayReport report = world.run(inChunksOf(4));
    QCOMPARE(report.published, 11);
    QVERIFY(world.table->unpublished().isEmpty());
    QCOMPARE(world.sent().last(), "5"_ba);
}

void TestRelay::aLongWalkLooksBackToTheLowEnd()
{
    World world;
    for (qint64 id = 100; id < 600; ++id)
        world.table->insert(id);
    world.table->onChunk([&world](qint64 chunk) {
        if (chunk == 100)
            world.table->insert(5);
    });
    const RelayReport report = world.run(inChunksOf(1));
    QCOMPARE(report.published, 501);
    // After 200 chunks, not at the end of the walk.
    QCOMPARE(world.sent().indexOf("5"_ba), 200);
}

void TestRelay::aLookBackThatMeetsOnlyRefusedRowsGoesOnAbove()
{
    World world(450);
    for (qint64 id = 1; id <= 250; ++id)
        world.streams->faults.refused.insert(EventId(QByteArray::number(id)));
    const RelayReport report = world.run(inChunksOf(1));
    QCOMPARE(report.published, 200);
    QCOMPARE(report.failed.size(), 250);
    // 450 rows, two looks back, the walk over what failed, and two empty ends.
    QVERIFY(world.table->chunks() < 450 + 250 + 10);
}

void TestRelay::aRefusedRowIsOfferedOnceAndStaysUnpublished()
{
    World world(10);
    world.streams->faults.refused = {EventId("4")};
    qint64 offered = 0;
    world.streams->before = [&](QByteArrayView call) -> Result<void> {
        offered += call == "publish" ? 1 : 0;
        return {};
    };
    const RelayReport report = world.run(inChunksOf(2));
    QCOMPARE(report.published, 9);
    QCOMPARE(report.failed.size(), 1);
    QCOMPARE(report.failed.first().id, OutboxRowId("4"));
    QCOMPARE(report.failed.first().error.kind, Error::Kind::Refused);
    QCOMPARE(world.table->unpublished(), QList{OutboxRowId("4")});
    QCOMPARE(offered, 5);
    QCOMPARE(report.remaining, Count::exact(1));
}

void TestRelay::allRefusedEndsInsteadOfRunningForEver()
{
    World world(30);
    for (qint64 id = 1; id <= 30; ++id)
        world.streams->faults.refused.insert(EventId(QByteArray::number(id)));
    const RelayReport report = world.run(inChunksOf(10));
    QCOMPARE(report.published, 0);
    QCOMPARE(report.failed.size(), 30);
    QVERIFY(!report.error);
}

void TestRelay::lockedRowsAreLeftToWhoeverHoldsThem()
{
    World world(5);
    world.table->setLocked(OutboxRowId("3"), true);
    const RelayReport report = world.run();
    QCOMPARE(report.published, 4);
    QCOMPARE(world.table->unpublished(), QList{OutboxRowId("3")});
    QVERIFY(!world.sent().contains("3"));
}

void TestRelay::aStopTakesEffectBetweenChunks()
{
    World world(100);
    std::stop_source stop;
    world.table->onChunk([&stop](qint64 chunk) {
        if (chunk == 2)
            stop.request_stop();
    });
    const RelayReport report = world.run(inChunksOf(10), stop.get_token());
    QVERIFY(report.stopped);
    QVERIFY(!report.error);
    QCOMPARE(report.published, 30);
    QCOMPARE(report.remaining, Count::exact(70));
}

void TestRelay::aBrokenBrokerKeepsWhatWasAcceptedAndSaysWhatMayComeTwice()
{
    World world(100);
    world.streams->faults.breakAfter = 13;
    const RelayReport report = world.run(inChunksOf(10));
    QVERIFY(report.error);
    QCOMPARE(report.error->kind, Error::Kind::Unreachable);
    QCOMPARE(report.published, 13);
    QCOMPARE(report.duplicatesPossible, 7);
    QVERIFY(report.failed.isEmpty());
    QCOMPARE(world.table->unpublished().size(), 87);
}

void TestRelay::aBrokenDatabaseCountsWhatWillBeSentAgain_data()
{
    using Ending = FakeOutboxTable::Ending;
    QTest::addColumn<int>("ending");
    QTest::addColumn<Error::Kind>("kind");
    QTest::addColumn<qint64>("unpublished");
    QTest::newRow("broken before the commit")
        << int(Ending::Broken) << Error::Kind::Unreachable << qint64(20);
    QTest::newRow("in doubt, and not committed")
        << int(Ending::InDoubtRolledBack) << Error::Kind::Conflict << qint64(20);
    QTest::newRow("in doubt, and committed")
        << int(Ending::InDoubtCommitted) << Error::Kind::Conflict << qint64(10);
}

void TestRelay::aBrokenDatabaseCountsWhatWillBeSentAgain()
{
    QFETCH(int, ending);
    QFETCH(Error::Kind, kind);
    QFETCH(qint64, unpublished);
    World world(30);
    world.table->endChunk(1, FakeOutboxTable::Ending(ending));
    const RelayReport report = world.run(inChunksOf(10));
    QVERIFY(report.error);
    QCOMPARE(report.error->kind, kind);
    QCOMPARE(report.published, 10);
    QCOMPARE(report.duplicatesPossible, 10);
    QCOMPARE(world.table->unpublished().size(), unpublished);
}

void TestRelay::rowsAfterACrashAreSentAgainWithTheSameEventId()
{
    World world(30);
    world.table->endChunk(1, FakeOutboxTable::Ending::Broken);
    QVERIFY(world.run(inChunksOf(10)).error);
    const RelayReport again = world.run(inChunksOf(10));
    QVERIFY(!again.error);
    QVERIFY(world.table->unpublished().isEmpty());
    for (qint64 id = 1; id <= 30; ++id)
        QCOMPARE(world.sent().count(QByteArray::number(id)), id > 10 && id <= 20 ? 2 : 1);
}

void TestRelay::anErrorOfTheFirstChunkIsTold()
{
    World world(3);
    const Error other{Error::Kind::Refused, u"Another Outboard relays this table."_s, {}};
    world.table->setFailure(other);
    const RelayReport report = world.run();
    QVERIFY(report.error);
    QCOMPARE(*report.error, other);
    QCOMPARE(report.published, 0);
}

void TestRelay::remainingIsUnknownWhenTheDatabaseIsGone()
{
    World world(3);
    world.table->setUnreachable(true);
    const RelayReport report = world.run();
    QVERIFY(report.error);
    QVERIFY(!report.remaining.isKnown());
    QVERIFY(!report.remaining.reason.isEmpty());
}

void TestRelay::progressReachesTheTotal()
{
    World world(25);
    FakeOutboxStore store(world.table);
    QList<qint64> seen;
    std::optional<qint64> last;
    const auto progress = [&](qint64 done, std::optional<qint64> total) {
        seen.append(done);
        last = total;
    };
    const RelayReport report = Relay(store, *world.broker).run(inChunksOf(10), progress, {});
    QCOMPARE(report.published, 25);
    QVERIFY(seen.startsWith(10));
    QCOMPARE(seen.last(), 25);
    QCOMPARE(last, std::optional<qint64>(25));
}

QTEST_GUILESS_MAIN(TestRelay)
#include "tst_relay.moc"
