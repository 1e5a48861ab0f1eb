// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/claimer.h"
#include "support/fakebroker.h"
#include "support/fakeledger.h"
#include "support/printers.h"

#include <QTest>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const BrokerTopic stream("order.paid");
const GroupName billing("billing");
const ConsumerName worker("worker-1");

/// A stream whose entries hold events 1…n, all delivered to worker-1.
struct World
{
    explicit World(qint64 entries)
    {
        streams->makeGroup(stream, billing);
        for (qint64 id = 1; id <= entries; ++id)
            ids.push_back(streams->add("order.paid", QByteArray::number(id), "{}"));
        streams->deliver(stream, billing, worker, entries);
        broker = std::move(*FakeBroker::open(streams));
    }

    ClaimRequest request(Milliseconds minIdle) const
    {
        ClaimRequest request;
        request.topic = stream;
        request.group = billing;
        request.ids = ids;
        request.consumer = ConsumerName("rescuer");
        request.minIdle = minIdle;
        return request;
    }

    std::shared_ptr<FakeStreams> streams = std::make_shared<FakeStreams>();
    std::unique_ptr<FakeBroker> broker;
    std::vector<EntryId> ids;
};

PendingQuery wholeList()
{
    PendingQuery query;
    query.topic = stream;
    query.group = billing;
    return query;
}

} // namespace

class TestClaimer : public QObject
{
    Q_OBJECT

private slots:
    void aScanReachesTheEndOfALongList();
    void aStoppedScanIsNotTakenForAWholeOne();
    void brokersWithoutPendingListsAreRefused();
    void everyIdEndsInExactlyOneList();
    void anIdNamedTwiceIsClaimedOnce();
    void entriesOfALiveConsumerAreLeftAlone();
    void claimingWithoutIdleTimeIsRefused();
    void aStopLeavesTheRestNotTried();
    void aConnectionThatBreaksInTheSecondChunkKeepsTheFirst();
    void acknowledgingTellsWhatWasAcknowledgedBefore();
    void onlyWhatTheLedgerHoldsIsAcknowledged();
    void whatCannotBeReadIsNotAcknowledged();
    void acknowledgingByLedgerStopsWhenTheLedgerIsGone();
    void theReplayConsumerNamesUserAndHost();
};

void TestClaimer::aScanReachesTheEndOfALongList()
{
    World world(4'500);
    qint64 told = 0;
    const auto entries =
        Claimer(*world.broker).scan(wholeList(), [&](qint64 done, auto) { told = done; }, {});
    QVERIFY_RESULT(entries);
    QCOMPARE(entries->size(), size_t(4'500));
    QCOMPARE(entries->back().id, world.ids.back());
    QCOMPARE(told, 4'500);
}

void TestClaimer::aStoppedScanIsNotTakenForAWholeOne()
{
    World world(4'500);
    std::stop_source stop;
    const auto entries =
        Claimer(*world.broker)
            .scan(
                wholeList(), [&](qint64, auto) { stop.request_stop(); }, stop.get_token());
    QVERIFY_ERROR(entries, Error::Kind::Cancelled);
}

void TestClaimer::brokersWithoutPendingListsAreRefused()
{
    World world(1);
    world.streams->faults.withoutPending = true;
    Claimer claimer(*world.broker);
    QVERIFY_ERROR(claimer.scan(wholeList(), {}, {}), Error::Kind::Refused);
    QVERIFY_ERROR(claimer.claim(world.request(60s), {}, {}), Error::Kind::Refused);
    QVERIFY_ERROR(claimer.acknowledge(stream, billing, world.ids, {}, {}), Error::Kind::Refused);
}

void TestClaimer::everyIdEndsInExactlyOneList()
{
    World world(5);
    world.streams->advance(61s);
    world.streams->redeliver(stream, billing, world.ids[1], ConsumerName("worker-2"));
    world.streams->acknowledge(stream, billing, world.ids[2]);
    world.streams->remove(stream, world.ids[3]);
    const auto report = Claimer(*world.broker).claim(world.request(60s), {}, {});
    QVERIFY_RESULT(report);
    QCOMPARE(report->claimed, (std::vector{world.ids[0], world.ids[4]}));
    QCOMPARE(report->taken, std::vector{world.ids[1]});
    QCOMPARE(report->notPending, std::vector{world.ids[2]});
    QCOMPARE(report->gone, std::vector{world.ids[3]});
    QVERIFY(report->notTried.empty() && report->unknown.empty() && !report->error);
}

void TestClaimer::anIdNamedTwiceIsClaimedOnce()
{
    World world(2);
    world.streams->advance(61s);
    ClaimRequest request = world.request(60s);
    request.ids.push_back(world.ids[0]);
    const auto report = Claimer(*world.broker).claim(request, {}, {});
    QVERIFY_RESULT(report);
    QCOMPARE(report->claimed, world.ids);
}

void TestClaimer::entriesOfALiveConsumerAreLeftAlone()
{
    World world(3);
    world.streams->advance(59s);
    const auto report = Claimer(*world.broker).claim(world.request(60s), {}, {});
    QVERIFY_RESULT(report);
    QVERIFY(report->claimed.empty());
    QCOMPARE(report->taken, world.ids);
    QCOMPARE(world.streams->pending(stream, billing, world.ids[0])->consumer, worker);
}

void TestClaimer::claimingWithoutIdleTimeIsRefused()
{
    World world(1);
    const auto report = Claimer(*world.broker).claim(world.request(0ms), {}, {});
    QVERIFY_ERROR(report, Error::Kind::Refused);
    QCOMPARE(world.streams->pending(stream, billing, world.ids[0])->consumer, worker);
}

void TestClaimer::aStopLeavesTheRestNotTried()
{
    World world(1'200);
    world.streams->advance(61s);
    std::stop_source stop;
    const auto report =
        Claimer(*world.broker)
            .claim(
                world.request(60s), [&](qint64, auto) { stop.request_stop(); }, stop.get_token());
    QVERIFY_RESULT(report);
    QCOMPARE(report->claimed.size(), size_t(500));
    QCOMPARE(report->notTried.size(), size_t(700));
    QVERIFY(report->error);
    QCOMPARE(report->error->kind, Error::Kind::Cancelled);
}

void TestClaimer::aConnectionThatBreaksInTheSecondChunkKeepsTheFirst()
{
    World world(1'200);
    world.streams->advance(61s);
    world.streams->faults.breakAfter = 600;
    const auto report = Claimer(*world.broker).claim(world.request(60s), {}, {});
    QVERIFY_RESULT(report);
    QVERIFY(report->error);
    QCOMPARE(report->error->kind, Error::Kind::Unreachable);
    QCOMPARE(report->claimed.size(), size_t(600));
    QCOMPARE(report->unknown.size() + report->notTried.size(), size_t(600));
    QVERIFY(report->notTried.size() >= 200);
}

void TestClaimer::acknowledgingTellsWhatWasAcknowledgedBefore()
{
    World world(3);
    world.streams->acknowledge(stream, billing, world.ids[1]);
    const auto report = Claimer(*world.broker).acknowledge(stream, billing, world.ids, {}, {});
    QVERIFY_RESULT(report);
    QCOMPARE(report->acknowledged, (std::vector{world.ids[0], world.ids[2]}));
    QCOMPARE(report->notPending, std::vector{world.ids[1]});
    QCOMPARE(world.streams->pendingCount(stream, billing), 0);
}

void TestClaimer::onlyWhatTheLedgerHoldsIsAcknowledged()
{
    World world(2'500);
    auto table = std::make_shared<FakeLedgerTable>();
    for (const char* id : {"1", "1000", "2500", "77777"})
        table->insert(EventId(id));
    FakeLedger ledger(table);
    const auto report =
        Claimer(*world.broker).acknowledgeProcessed(stream, billing, ledger, {}, {});
    QVERIFY_RESULT(report);
    QCOMPARE(report->acknowledged, (std::vector{world.ids[0], world.ids[999], world.ids[2'499]}));
    QVERIFY(report->refused.empty());
    QCOMPARE(world.streams->pendingCount(stream, billing), 2'497);
}

void TestClaimer::whatCannotBeReadIsNotAcknowledged()
{
    World world(3);
    auto table = std::make_shared<FakeLedgerTable>();
    for (const char* id : {"1", "2", "3"})
        table->insert(EventId(id));
    world.streams->remove(stream, world.ids[1]);
    FakeLedger ledger(table);
    const auto report =
        Claimer(*world.broker).acknowledgeProcessed(stream, billing, ledger, {}, {});
    QVERIFY_RESULT(report);
    QCOMPARE(report->refused, std::vector{world.ids[1]});
    QCOMPARE(report->acknowledged.size(), size_t(2));
    QVERIFY(world.streams->pending(stream, billing, world.ids[1]));
}

void TestClaimer::acknowledgingByLedgerStopsWhenTheLedgerIsGone()
{
    World world(2'500);
    auto table = std::make_shared<FakeLedgerTable>();
    table->insert(EventId("1"));
    int asked = 0;
    table->onFind([&] { table->setUnreachable(++asked > 1); });
    FakeLedger ledger(table);
    const auto report =
        Claimer(*world.broker).acknowledgeProcessed(stream, billing, ledger, {}, {});
    QVERIFY_RESULT(report);
    QCOMPARE(report->acknowledged, std::vector{world.ids[0]});
    QVERIFY(report->error);
    QCOMPARE(report->error->kind, Error::Kind::Unreachable);
}

void TestClaimer::theReplayConsumerNamesUserAndHost()
{
    const QString name = replayConsumer().text();
    QVERIFY(name.startsWith(u"outboard:"));
    QVERIFY(name.contains(u'@'));
    QVERIFY(!name.endsWith(u'@'));
}

QTEST_GUILESS_MAIN(TestClaimer)
#include "tst_claimer.moc"
