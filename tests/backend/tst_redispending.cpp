// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/broker.h"
#include "brokers/brokerkinds.h"
#include "brokers/redisclaimchunk.h"
#include "brokers/redispendingsurvey.h"
#include "brokers/redissession.h"
#include "brokers/redisurl.h"
#include "support/faketransport.h"
#include "support/printers.h"
#include "support/scratchredis.h"
#include "support/service.h"

#include <QTest>

#include <algorithm>
#include <atomic>
#include <set>
#include <thread>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// Long pending lists, live consumers and vanishing entries on a real Redis.
class TestRedisPending : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();

    void longListsAreReadToTheEndAndClaimed();
    void aLiveConsumerWinsBetweenScanAndClaim();
    void twoClaimersShareTheEntries();
    void trimmedEntriesAreGoneAndKept();
    void anEntryThatVanishesDuringTheClaimIsGone();
    void hugeIdsAreKeptExactly();
    void aStopLeavesTheRestUntried();
    void aBreakWhileClaimingIsUnknown();
    void longListsAreSurveyedOverRounds();
    void shortListsAreSurveyedExactly();

private:
    std::vector<EntryId> pendingEntries(qint64 count, qint64 idleMs);
    std::vector<EntryId> scan(const PendingQuery& query);
    std::unique_ptr<RedisSession> session() const;

    std::unique_ptr<ScratchRedis> m_server;
    std::unique_ptr<Broker> m_broker;
    PendingControl* m_pending = nullptr;
};

namespace {

const BrokerTopic orders("orders");
const GroupName billing("billing");
const ConsumerName rescuer("rescuer");

ClaimRequest request(std::vector<EntryId> ids)
{
    return {orders, billing, std::move(ids), ClaimEffect::TakeForReplay, rescuer, 60s};
}

} // namespace

void TestRedisPending::initTestCase()
{
    auto started = ScratchRedis::start();
    REQUIRE_SERVICE(started);
    m_server = std::move(*started);
}

void TestRedisPending::init()
{
    m_server->wipe();
    BrokerSettings settings;
    settings.url = m_server->url();
    auto opened = openBroker(settings, Thresholds(), Access::Operate, std::nullopt, {});
    QVERIFY_RESULT(opened);
    m_broker = std::move(*opened);
    m_pending = m_broker->pending();
}

std::unique_ptr<RedisSession> TestRedisPending::session() const
{
    const auto endpoint = parseRedisUrl(m_server->url());
    auto opened = RedisSession::open(*endpoint, {});
    return opened ? std::move(*opened) : nullptr;
}

/// Entries of a consumer that died: delivered once, idle for so long.
std::vector<EntryId> TestRedisPending::pendingEntries(qint64 count, qint64 idleMs)
{
    if (!m_server->addEntries("orders", count)
        || !m_server->consume("orders", "billing", "dead", count))
        return {};
    const std::vector<EntryId> ids = scan({.topic = orders, .group = billing, .limit = 2000});
    for (size_t begin = 0; begin < ids.size(); begin += 1000) {
        RedisClient::Command command{"XCLAIM", "orders", "billing", "dead", "0"};
        for (size_t index = begin; index < std::min(begin + 1000, ids.size()); ++index)
            command << ids[index].bytes();
        m_server->values(command << "IDLE" << QByteArray::number(idleMs) << "JUSTID");
    }
    return ids;
}

std::vector<EntryId> TestRedisPending::scan(const PendingQuery& query)
{
    std::vector<EntryId> ids;
    PendingQuery next = query;
    for (bool more = true; more;) {
        const auto page = m_pending->page(next);
        if (!page)
            return {};
        for (const PendingEntry& entry : page->entries)
            ids.push_back(entry.id);
        more = page->next.has_value();
        next.from = page->next.value_or(EntryId());
    }
    return ids;
}

void TestRedisPending::longListsAreReadToTheEndAndClaimed()
{
    const std::vector<EntryId> ids = pendingEntries(5'000, 90'000);
    QCOMPARE(ids.size(), size_t(5'000));
    QVERIFY(std::is_sorted(ids.begin(), ids.end()));
    const auto stuck = scan({.topic = orders, .group = billing, .minIdle = 60s, .limit = 700});
    QCOMPARE(stuck, ids);
    const auto report = m_pending->claim(request(ids), {});
    QVERIFY_RESULT(report);
    QCOMPARE(report->claimed, ids);
    QCOMPARE(scan({.topic = orders, .group = billing, .consumer = rescuer}), ids);
    QCOMPARE(m_server->values({"XPENDING", "orders", "billing"}).value(0), "5000"_ba);
}

void TestRedisPending::aLiveConsumerWinsBetweenScanAndClaim()
{
    const std::vector<EntryId> ids = pendingEntries(1'000, 90'000);
    // After the scan a live consumer takes every second entry and acknowledges some of them.
    QList<RedisClient::Command> commands;
    for (size_t index = 0; index < ids.size(); index += 2) {
        const QByteArray id = ids[index].bytes();
        commands.append({"XCLAIM", "orders", "billing", "live", "60000", id});
        if (index % 4 == 0)
            commands.append({"XACK", "orders", "billing", id});
    }
    QVERIFY_RESULT(m_server->pipeline(commands));
    const auto report = m_pending->claim(request(ids), {});
    QVERIFY_RESULT(report);
    QCOMPARE(report->claimed.size(), size_t(500));
    QCOMPARE(report->taken.size(), size_t(250));
    QCOMPARE(report->notPending.size(), size_t(250));
    QVERIFY(report->gone.empty() && report->notTried.empty() && report->unknown.empty());
    const auto live = scan({.topic = orders, .group = billing, .consumer = ConsumerName("live")});
    QCOMPARE(live, report->taken);
}

void TestRedisPending::twoClaimersShareTheEntries()
{
    const std::vector<EntryId> ids = pendingEntries(5'000, 90'000);
    const auto rival = m_server->client();
    QVERIFY_RESULT(rival);
    std::atomic<bool> stop = false;
    std::set<QByteArray> rivals;
    std::thread thread([&] {
        for (auto id = ids.rbegin(); id != ids.rend() && !stop; ++id) {
            const QByteArray claimed = (*rival)->value(
                {"XCLAIM", "orders", "billing", "live", "60000", id->bytes(), "JUSTID"});
            if (claimed == id->bytes())
                rivals.insert(claimed);
        }
    });
    const auto report = m_pending->claim(request(ids), {});
    stop = true;
    thread.join();
    QVERIFY_RESULT(report);
    QCOMPARE(report->claimed.size() + report->taken.size(), ids.size());
    for (const EntryId& id : report->claimed)
        QVERIFY(!rivals.contains(id.bytes()));
    QCOMPARE(scan({.topic = orders, .group = billing, .consumer = rescuer}), report->claimed);
}

void TestRedisPending::trimmedEntriesAreGoneAndKept()
{
    const std::vector<EntryId> ids = pendingEntries(1'000, 90'000);
    m_server->value({"XTRIM", "orders", "MAXLEN", "900"});
    m_server->value({"XDEL", "orders", ids[500].bytes(), ids[999].bytes()});
    m_server->value({"XACK", "orders", "billing", ids[0].bytes(), ids[500].bytes()});
    const auto report = m_pending->claim(request(ids), {});
    QVERIFY_RESULT(report);
    QCOMPARE(report->claimed.size(), size_t(898));
    QCOMPARE(report->notPending, (std::vector{ids[0], ids[500]}));
    QCOMPARE(report->gone.size(), size_t(100));
    QCOMPARE(report->gone.front(), ids[1]);
    QCOMPARE(report->gone.back(), ids[999]);
    // They still wait with their dead consumer, where an operator can see them.
    const auto dead = scan({.topic = orders, .group = billing, .consumer = ConsumerName("dead")});
    QCOMPARE(dead, report->gone);
    m_server->value({"DEL", "orders"});
    QVERIFY_ERROR(m_pending->claim(request(ids), {}), Error::Kind::Missing);
}

/// On a scripted server, because the moment cannot be hit on a real one.
void TestRedisPending::anEntryThatVanishesDuringTheClaimIsGone()
{
    const auto script = std::make_shared<FakeTransport::Script>();
    const QByteArray entry = "*2\r\n$3\r\n5-0\r\n*2\r\n$1\r\na\r\n$1\r\nb\r\n";
    script->answers = {
        "*6\r\n+first-entry\r\n" + entry + "+last-entry\r\n" + entry
            + "+max-deleted-entry-id\r\n+0-0\r\n",
        "*0\r\n",  // XCLAIM claims nothing,
        "*0\r\n",  // XPENDING knows it no more,
        "*0\r\n"}; // and XRANGE does not find it.
    RedisSession scripted(std::make_unique<FakeTransport>(script), {.access = Access::Operate});
    const ClaimRequest asked = request({EntryId{5, 0}});
    RedisClaimChunk chunk(scripted, asked, asked.ids);
    QVERIFY_RESULT(chunk.run());
    QVERIFY(chunk.verdicts().at(EntryId{5, 0}) == RedisClaimChunk::Verdict::Gone);
    QVERIFY(script->written.indexOf("XINFO") < script->written.indexOf("XCLAIM"));
}

void TestRedisPending::hugeIdsAreKeptExactly()
{
    const QByteArray huge = "18446744073709551615-18446744073709551615";
    m_server->value({"XADD", "orders", "9007199254740993-9223372036854775807", "data", "1"});
    QCOMPARE(m_server->value({"XADD", "orders", huge, "data", "2"}), huge);
    QVERIFY_RESULT(m_server->consume("orders", "billing", "dead", 2));
    const auto ids = scan({.topic = orders, .group = billing, .limit = 1});
    QCOMPARE(ids.size(), size_t(2));
    QCOMPARE(ids[0].bytes(), "9007199254740993-9223372036854775807"_ba);
    QCOMPARE(ids[1], EntryId::highest());
    ClaimRequest asked = request(ids);
    asked.minIdle = 0ms;
    const auto claimed = m_pending->claim(asked, {});
    QVERIFY_RESULT(claimed);
    QCOMPARE(claimed->claimed, ids);
    const auto messages = m_broker->fetch(orders, ids);
    QVERIFY_RESULT(messages);
    QCOMPARE(messages->value(1).payload, "2"_ba);
    const auto acknowledged = m_pending->acknowledge(orders, billing, ids, {});
    QVERIFY_RESULT(acknowledged);
    QCOMPARE(acknowledged->acknowledged, ids);
}

void TestRedisPending::aStopLeavesTheRestUntried()
{
    const std::vector<EntryId> ids = pendingEntries(50'000, 90'000);
    QCOMPARE(ids.size(), size_t(50'000));
    const auto watcher = m_server->client();
    QVERIFY_RESULT(watcher);
    std::stop_source stop;
    std::thread stopper([&] {
        while ((*watcher)
                   ->values({"XPENDING", "orders", "billing", "-", "+", "1", "rescuer"})
                   .isEmpty())
            std::this_thread::yield();
        stop.request_stop();
    });
    const auto report = m_pending->claim(request(ids), stop.get_token());
    stopper.join();
    QVERIFY_RESULT(report);
    QVERIFY(report->error && report->error->kind == Error::Kind::Cancelled);
    QVERIFY(!report->claimed.empty() && !report->notTried.empty());
    QCOMPARE(report->claimed.size() % 500, size_t(0));
    QCOMPARE(report->claimed.size() + report->notTried.size(), ids.size());
    QCOMPARE(scan({.topic = orders, .group = billing, .consumer = rescuer}), report->claimed);
    QVERIFY(m_broker->isUsable());
}

void TestRedisPending::aBreakWhileClaimingIsUnknown()
{
    const auto script = std::make_shared<FakeTransport::Script>();
    script->answers = {"-NOPERM no permission for XINFO\r\n", "*1\r\n*0\r\n"};
    script->closesAtEnd = true;
    RedisSession scripted(std::make_unique<FakeTransport>(script), {.access = Access::Operate});
    const ClaimRequest asked = request({EntryId{5, 0}});
    RedisClaimChunk chunk(scripted, asked, asked.ids);
    QVERIFY_ERROR(chunk.run(), Error::Kind::Unreachable);
    QVERIFY(script->written.contains("XCLAIM"));
    QVERIFY(chunk.verdicts().at(EntryId{5, 0}) == RedisClaimChunk::Verdict::Unknown);
}

void TestRedisPending::longListsAreSurveyedOverRounds()
{
    const std::vector<EntryId> ids = pendingEntries(1'000, 90'000);
    QCOMPARE(ids.size(), size_t(1'000));
    // One poison entry at the far end, where the first round does not get.
    m_server->value(
        {"XCLAIM",
         "orders",
         "billing",
         "dead",
         "0",
         ids[990].bytes(),
         "IDLE",
         "10",
         "RETRYCOUNT",
         "9",
         "JUSTID"});
    const auto redis = session();
    QVERIFY(redis);
    RedisPendingSurvey survey({}, 3, 100);
    BrokerTopicState topic;
    topic.name = orders;
    topic.groups.append(GroupState{});
    topic.groups[0].name = billing;
    topic.groups[0].pending = Count::exact(1'000);
    QList<BrokerTopicState> topics{topic};
    const auto look = [&]() -> GroupState {
        topics = {topic};
        return survey.look(*redis, topics) ? topics[0].groups[0] : GroupState();
    };
    GroupState group = look();
    QCOMPARE(group.stuck.quality, Count::Quality::AtLeast);
    QCOMPARE(group.stuck.value, 300);
    QVERIFY(!group.stuck.reason.isEmpty());
    QCOMPARE(group.poison, Count::atLeast(0, group.poison.reason));
    QVERIFY(group.oldestIdle.value_or(0ms) >= 90s);
    QCOMPARE(group.maxDeliveries.value_or(0), 1);
    int rounds = 1;
    for (; rounds < 10 && group.stuck.quality == Count::Quality::AtLeast; ++rounds)
        group = look();
    QCOMPARE(group.stuck.quality, Count::Quality::Estimated);
    QCOMPARE(group.stuck.value, 999);
    QCOMPARE(group.poison.value, 1);
    QCOMPARE(group.maxDeliveries.value_or(0), 9);
    // When the list shrinks to what a round can read, the numbers are exact at once.
    RedisClient::Command acknowledge{"XACK", "orders", "billing"};
    for (size_t index = 0; index < 800; ++index)
        acknowledge << ids[index].bytes();
    QCOMPARE(m_server->value(acknowledge), "800"_ba);
    topic.groups[0].pending = Count::exact(200);
    for (rounds = 0; rounds < 5 && !group.stuck.isExact(); ++rounds)
        group = look();
    QCOMPARE(group.stuck, Count::exact(199));
    QCOMPARE(group.poison, Count::exact(1));
}

void TestRedisPending::shortListsAreSurveyedExactly()
{
    QCOMPARE(pendingEntries(1'000, 90'000).size(), size_t(1'000));
    QVERIFY_RESULT(m_server->addEntries("orders", 10));
    QVERIFY_RESULT(m_server->consume("orders", "billing", "live", 7));
    m_server->value({"XGROUP", "CREATE", "orders", "email", "0"});
    const auto state = m_broker->state({});
    QVERIFY_RESULT(state);
    const QList<GroupState> groups = state->topics.value(0).groups;
    QCOMPARE(groups.size(), qsizetype(2));
    QCOMPARE(groups[0].pending, Count::exact(1'007));
    QCOMPARE(groups[0].stuck, Count::exact(1'000));
    QCOMPARE(groups[0].poison, Count::exact(0));
    QCOMPARE(groups[0].lag, Count::exact(3));
    QCOMPARE(groups[1].pending, Count::exact(0));
    QCOMPARE(groups[1].stuck, Count::exact(0));
    QVERIFY(!groups[1].oldestIdle);
    QCOMPARE(groups[1].lag, Count::exact(1'010));
}

QTEST_GUILESS_MAIN(TestRedisPending)
#include "tst_redispending.moc"
