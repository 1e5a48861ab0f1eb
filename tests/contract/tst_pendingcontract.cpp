// SPDX-License-Identifier: GPL-3.0-or-later
#include "contract/brokerworld.h"
#include "support/printers.h"
#include "support/service.h"

#include <QTest>

#include <algorithm>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// What every broker with pending lists does, and the fake with it.
class TestPendingContract : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase_data();
    void init();

    void pagesReachTheEnd();
    void pagesAreFiltered_data();
    void pagesAreFiltered();
    void aMissingGroupIsMissing();
    void claimSaysWhatBecameOfEachEntry();
    void handingOverKeepsTheDeliveryCount();
    void releaseKeepsOwnerAndDeliveryCount();
    void manyAreClaimedOnceEach();
    void acknowledgeSaysWhatBecameOfEachEntry();
    void aStopIsObeyedBeforeTheFirstChunk();

private:
    std::vector<EntryId> fill(qint64 entries, qint64 deliver);
    std::vector<PendingEntry> all();

    std::unique_ptr<BrokerWorld> m_world;
    std::unique_ptr<Broker> m_broker;
    PendingControl* m_pending = nullptr;
};

namespace {

const BrokerTopic orders("order.paid");
const GroupName billing("billing");
const ConsumerName ann("worker-ann");
const ConsumerName bob("worker-bob");

ClaimRequest request(std::vector<EntryId> ids, ClaimEffect effect)
{
    return {orders, billing, std::move(ids), effect, bob, 60s};
}

} // namespace

void TestPendingContract::initTestCase_data()
{
    QTest::addColumn<QString>("kind");
    QTest::newRow("fake") << u"fake"_s;
    QTest::newRow("Redis") << u"one server"_s;
    QTest::newRow("a Redis Cluster") << u"cluster"_s;
}

void TestPendingContract::init()
{
    QFETCH_GLOBAL(QString, kind);
    m_broker.reset();
    if (kind != u"fake") {
        auto made = makeRedisWorld(kind == u"cluster");
        REQUIRE_SERVICE(made);
        m_world = std::move(*made);
    } else {
        m_world = makeFakeWorld();
    }
    auto opened = m_world->open();
    QVERIFY_RESULT(opened);
    m_broker = std::move(*opened);
    m_pending = m_broker->pending();
    QVERIFY(m_pending);
}

/// Adds entries and delivers the first of them to ann, just now.
std::vector<EntryId> TestPendingContract::fill(qint64 entries, qint64 deliver)
{
    std::vector<EntryId> ids;
    for (qint64 number = 0; number < entries; ++number) {
        const QByteArray id = QByteArray::number(number);
        ids.push_back(m_world->add(orders, {{"data"_ba, "{}"_ba}, {"event_id"_ba, id}}));
    }
    m_world->makeGroup(orders, billing);
    m_world->deliver(orders, billing, ann, deliver);
    return ids;
}

std::vector<PendingEntry> TestPendingContract::all()
{
    const auto page = m_pending->page({.topic = orders, .group = billing, .limit = 2000});
    return page ? page->entries : std::vector<PendingEntry>();
}

void TestPendingContract::pagesReachTheEnd()
{
    const std::vector<EntryId> ids = fill(1'250, 1'250);
    PendingQuery query{.topic = orders, .group = billing, .limit = 500};
    std::vector<EntryId> seen;
    int pages = 0;
    for (bool more = true; more; ++pages) {
        QVERIFY(pages < 5);
        const auto page = m_pending->page(query);
        QVERIFY_RESULT(page);
        for (const PendingEntry& entry : page->entries)
            seen.push_back(entry.id);
        more = page->next.has_value();
        query.from = page->next.value_or(EntryId());
    }
    QCOMPARE(seen, ids);
    QCOMPARE(pages, 3);
}

void TestPendingContract::pagesAreFiltered_data()
{
    QTest::addColumn<int>("minIdleSeconds");
    QTest::addColumn<qint64>("minDeliveries");
    QTest::addColumn<QByteArray>("consumer");
    QTest::addColumn<QList<int>>("kept");
    QTest::newRow("not at all") << 0 << qint64(0) << ""_ba << QList{0, 1, 2, 3};
    QTest::newRow("by idle") << 60 << qint64(0) << ""_ba << QList{1, 2};
    QTest::newRow("by deliveries") << 0 << qint64(5) << ""_ba << QList{2};
    QTest::newRow("by consumer") << 0 << qint64(0) << "worker-bob"_ba << QList{1};
    QTest::newRow("by all") << 60 << qint64(3) << "worker-bob"_ba << QList{1};
    QTest::newRow("to nothing") << 3600 << qint64(0) << ""_ba << QList<int>();
}

void TestPendingContract::pagesAreFiltered()
{
    QFETCH(int, minIdleSeconds);
    QFETCH(qint64, minDeliveries);
    QFETCH(QByteArray, consumer);
    QFETCH(QList<int>, kept);
    const std::vector<EntryId> ids = fill(4, 4);
    m_world->age(orders, billing, {ids[1], bob, 90s, 3});
    m_world->age(orders, billing, {ids[2], ann, 80s, 5});
    PendingQuery query{.topic = orders, .group = billing};
    query.minIdle = std::chrono::seconds(minIdleSeconds);
    query.minDeliveries = minDeliveries;
    if (!consumer.isEmpty())
        query.consumer = ConsumerName(consumer);
    const auto page = m_pending->page(query);
    QVERIFY_RESULT(page);
    QVERIFY(!page->next);
    QList<int> seen;
    for (const PendingEntry& entry : page->entries)
        seen << int(std::find(ids.begin(), ids.end(), entry.id) - ids.begin());
    QCOMPARE(seen, kept);
}

void TestPendingContract::aMissingGroupIsMissing()
{
    const std::vector<EntryId> ids = fill(1, 1);
    const GroupName nobody("nobody");
    QVERIFY_ERROR(m_pending->page({.topic = orders, .group = nobody}), Error::Kind::Missing);
    QVERIFY_ERROR(
        m_pending->claim(
            {.topic = orders, .group = nobody, .ids = ids, .consumer = bob, .minIdle = 60s}, {}),
        Error::Kind::Missing);
    QVERIFY_ERROR(m_pending->acknowledge(orders, nobody, ids, {}), Error::Kind::Missing);
    QVERIFY(m_broker->isUsable());
}

void TestPendingContract::claimSaysWhatBecameOfEachEntry()
{
    const std::vector<EntryId> ids = fill(6, 5);
    for (size_t index : {0u, 1u, 2u})
        m_world->age(orders, billing, {ids[index], ann, 90s, 1});
    m_world->remove(orders, ids[1]);
    m_world->acknowledge(orders, billing, ids[2]);
    const EntryId never{ids.back().first + 1'000, 0};
    // ids[3] and ids[4] were delivered just now; ids[5] was never delivered.
    std::vector<EntryId> asked = ids;
    asked.push_back(never);
    asked.push_back(ids[0]);
    const auto report = m_pending->claim(request(asked, ClaimEffect::HandOver), {});
    QVERIFY_RESULT(report);
    QVERIFY(!report->error);
    QCOMPARE(report->claimed, std::vector{ids[0]});
    QCOMPARE(report->gone, std::vector{ids[1]});
    QCOMPARE(report->notPending, (std::vector{ids[2], ids[5], never}));
    QCOMPARE(report->taken, (std::vector{ids[3], ids[4]}));
    QVERIFY(report->notTried.empty() && report->unknown.empty());
    // What is gone from the stream still waits in the list: nothing vanishes silently.
    QCOMPARE(all().size(), size_t(4));
}

void TestPendingContract::handingOverKeepsTheDeliveryCount()
{
    const std::vector<EntryId> ids = fill(1, 1);
    m_world->age(orders, billing, {ids[0], ann, 90s, 4});
    const auto report = m_pending->claim(request(ids, ClaimEffect::HandOver), {});
    QVERIFY_RESULT(report);
    QCOMPARE(report->claimed, ids);
    const auto entries = all();
    QCOMPARE(entries.front().consumer, bob);
    QCOMPARE(entries.front().deliveries, 4);
    QVERIFY(entries.front().idle < 60s);
}

void TestPendingContract::releaseKeepsOwnerAndDeliveryCount()
{
    const std::vector<EntryId> ids = fill(3, 3);
    m_world->age(orders, billing, {ids[0], ann, 90s, 4});
    m_world->age(orders, billing, {ids[1], bob, 90s, 2});
    const auto report = m_pending->claim(request(ids, ClaimEffect::Release), {});
    QVERIFY_RESULT(report);
    QCOMPARE(report->claimed, (std::vector{ids[0], ids[1]}));
    QCOMPARE(report->taken, std::vector{ids[2]});
    const auto entries = all();
    QCOMPARE(entries[0].consumer, ann);
    QCOMPARE(entries[0].deliveries, 4);
    QCOMPARE(entries[1].consumer, bob);
    QCOMPARE(entries[1].deliveries, 2);
    QVERIFY(entries[0].idle >= 1h && entries[1].idle >= 1h);
    QVERIFY(entries[2].idle < 60s);
}

void TestPendingContract::manyAreClaimedOnceEach()
{
    const std::vector<EntryId> ids = fill(1'300, 1'300);
    for (const EntryId& id : ids)
        m_world->age(orders, billing, {id, ann, 90s, 1});
    const auto first = m_pending->claim(request(ids, ClaimEffect::TakeForReplay), {});
    QVERIFY_RESULT(first);
    QCOMPARE(first->claimed, ids);
    const auto second = m_pending->claim(request(ids, ClaimEffect::TakeForReplay), {});
    QVERIFY_RESULT(second);
    QCOMPARE(second->taken, ids);
    QVERIFY(second->claimed.empty());
}

void TestPendingContract::acknowledgeSaysWhatBecameOfEachEntry()
{
    const std::vector<EntryId> ids = fill(2'102, 2'100);
    m_world->acknowledge(orders, billing, ids[1]);
    const auto report = m_pending->acknowledge(orders, billing, ids, {});
    QVERIFY_RESULT(report);
    QVERIFY(!report->error);
    QCOMPARE(report->acknowledged.size(), size_t(2'099));
    QCOMPARE(report->notPending, (std::vector{ids[1], ids[2'100], ids[2'101]}));
    QVERIFY(report->refused.empty() && report->notTried.empty() && report->unknown.empty());
    QVERIFY(all().empty());
}

void TestPendingContract::aStopIsObeyedBeforeTheFirstChunk()
{
    const std::vector<EntryId> ids = fill(3, 3);
    std::stop_source stop;
    stop.request_stop();
    ClaimRequest asked = request(ids, ClaimEffect::HandOver);
    asked.minIdle = 0ms;
    const auto claimed = m_pending->claim(asked, stop.get_token());
    QVERIFY_RESULT(claimed);
    QCOMPARE(claimed->notTried, ids);
    QVERIFY(claimed->error && claimed->error->kind == Error::Kind::Cancelled);
    const auto acknowledged = m_pending->acknowledge(orders, billing, ids, stop.get_token());
    QVERIFY_RESULT(acknowledged);
    QCOMPARE(acknowledged->notTried, ids);
    QVERIFY(acknowledged->error && acknowledged->error->kind == Error::Kind::Cancelled);
    QCOMPARE(all().size(), size_t(3));
}

QTEST_GUILESS_MAIN(TestPendingContract)
#include "tst_pendingcontract.moc"
