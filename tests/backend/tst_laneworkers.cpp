// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/laneworkers.h"
#include "support/printers.h"
#include "support/replayworld.h"

#include <QTest>

#include <atomic>
#include <map>
#include <mutex>
#include <thread>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const GroupName billing("billing");

/// What all workers' handlers see together.
class Watch
{
public:
    /// Whoever enters leaves only when `together` are inside at once, so that they really overlap.
    void meet(int together)
    {
        const int inside = ++m_inside;
        for (int most = m_most; inside > most && !m_most.compare_exchange_weak(most, inside);) {}
        while (m_most < together)
            std::this_thread::yield();
        --m_inside;
    }

    void begin(const Event& event)
    {
        const std::lock_guard lock(m_mutex);
        m_order[event.key.value_or(QByteArray())].push_back(event.id);
        m_isOverlapping = m_isOverlapping || (event.key && ++m_out[*event.key] > 1);
    }

    void end(const Event& event)
    {
        const std::lock_guard lock(m_mutex);
        if (event.key)
            --m_out[*event.key];
    }

    int most() const { return m_most; }

    bool isOverlapping() const { return m_isOverlapping; }

    std::vector<EventId> order(const QByteArray& key) { return m_order[key]; }

private:
    std::mutex m_mutex;
    std::map<QByteArray, int> m_out;
    std::map<QByteArray, std::vector<EventId>> m_order;
    bool m_isOverlapping = false;
    std::atomic<int> m_inside = 0;
    std::atomic<int> m_most = 0;
};

/// A handler that the watch sees come and go.
class WatchedHandler final : public Handler
{
public:
    WatchedHandler(
        Watch& watch, bool isTransactional, std::function<Result<void>(const Event&)> act)
        : m_watch(watch)
        , m_isTransactional(isTransactional)
        , m_act(std::move(act))
    {}

    QString name() const override { return u"watched"_s; }

    Guard guard() const override { return Guard::Ledger; }

    bool isTransactional() const override { return m_isTransactional; }

    QStringList commands() const override { return {}; }

    Result<void> apply(std::span<const Event> events, SqlTransaction* transaction) override
    {
        for (const Event& event : events) {
            m_watch.begin(event);
            auto done = m_act(event);
            if (done)
                done = transaction->execute("SELECT apply($1)", {event.id.bytes()});
            m_watch.end(event);
            if (!done)
                return done;
        }
        return {};
    }

private:
    Watch& m_watch;
    bool m_isTransactional;
    std::function<Result<void>(const Event&)> m_act;
};

/// A replay world whose events are applied by several lanes.
struct World : ReplayWorld
{
    RunReport runWith(qsizetype workers, const Plan& plan, const QList<Outcome>& done = {})
    {
        LaneWorkers lanes(workers, [this](const std::stop_token&) { return open(); });
        auto broker = std::move(*FakeBroker::open(streams));
        FakeLedger connection(ledger);
        WatchedHandler unused(watch, isTransactional, act);
        return Replayer(unused, &connection, *broker, log.get(), systemClock(), {}, &lanes)
            .run(u"run"_s, plan, options, 60s, done, step, {}, stop.get_token());
    }

    Result<std::unique_ptr<ReplayWorker>> open()
    {
        if (++opened > openable)
            return Error{Error::Kind::Unreachable, u"Too many clients."_s, {}};
        auto worker = std::make_unique<ReplayWorker>();
        worker->broker = std::move(*FakeBroker::open(streams));
        worker->ledger = std::make_unique<FakeLedger>(ledger);
        worker->handler = std::make_unique<WatchedHandler>(watch, isTransactional, act);
        return worker;
    }

    Watch watch;
    bool isTransactional = false;
    std::function<Result<void>(const Event&)> act = [](const Event&) { return Result<void>(); };
    std::atomic<int> opened = 0;
    int openable = 100;
};

} // namespace

class TestLaneWorkers : public QObject
{
    Q_OBJECT

private slots:
    void eventsAreAppliedAtTheSameTimeAndOnceEach();
    void batchesAreAppliedAtTheSameTimeAndOnceEach();
    void eventsOfOneKeyNeverOverlapAndKeepTheirOrder();
    void canaryStepsAreWaitedFor();
    void aFailureHoldsBackItsKeyOnly();
    void theStopRuleCountsAcrossWorkers();
    void aWorkerThatCannotConnectEndsTheRun();
    void aStopWaitsForWhatIsUnderWay();
    void pendingEntriesAreClaimedAndAcknowledgedByTheRun();
};

void TestLaneWorkers::eventsAreAppliedAtTheSameTimeAndOnceEach()
{
    World world;
    world.act = [&world](const Event&) {
        world.watch.meet(3);
        return Result<void>();
    };
    QCOMPARE(ReplayWorld::kinds(world.runWith(3, ReplayWorld::plan(200))), u"applied 200"_s);
    QCOMPARE(world.watch.most(), 3);
    QCOMPARE(world.applied(), 200);
    QCOMPARE(world.ledger->size(), 200);
    QCOMPARE(world.log->finished()->applied, 200);
}

void TestLaneWorkers::batchesAreAppliedAtTheSameTimeAndOnceEach()
{
    World world;
    world.isTransactional = true;
    world.options.batch = 50;
    QCOMPARE(ReplayWorld::kinds(world.runWith(4, ReplayWorld::plan(1'000))), u"applied 1000"_s);
    QCOMPARE(world.ledger->transactions(), 20);
    QCOMPARE(world.applied(), 1'000);
}

void TestLaneWorkers::eventsOfOneKeyNeverOverlapAndKeepTheirOrder()
{
    World world;
    Plan plan = ReplayWorld::plan(300);
    std::map<QByteArray, std::vector<EventId>> expected;
    for (PlanItem& item : plan.items) {
        const qint64 id = item.event.id.bytes().toLongLong();
        if (id % 4 == 0)
            continue;
        item.event.key = QByteArray::number(id * id % 7);
        expected[*item.event.key].push_back(item.event.id);
    }
    world.act = [](const Event& event) {
        // Uneven work, so that the workers get out of step.
        for (qint64 i = 0; i < event.id.bytes().toLongLong() % 5; ++i)
            std::this_thread::sleep_for(200us);
        return Result<void>();
    };
    QCOMPARE(ReplayWorld::kinds(world.runWith(4, plan)), u"applied 300"_s);
    QVERIFY(!world.watch.isOverlapping());
    for (const auto& [key, ids] : expected)
        QCOMPARE(world.watch.order(key), ids);
}

void TestLaneWorkers::canaryStepsAreWaitedFor()
{
    World world;
    world.options.canary = {1, 5, 20};
    QList<qint64> seen;
    world.step = [&seen](const RunReport& soFar) {
        seen.append(soFar.applied);
        return true;
    };
    QCOMPARE(ReplayWorld::kinds(world.runWith(4, ReplayWorld::plan(60))), u"applied 60"_s);
    QCOMPARE(seen, (QList<qint64>{1, 6, 26}));
}

void TestLaneWorkers::aFailureHoldsBackItsKeyOnly()
{
    World world;
    Plan plan = ReplayWorld::plan(40);
    for (PlanItem& item : plan.items)
        item.event.key = item.event.id.bytes().toLongLong() % 2 == 0 ? "even" : "odd";
    world.act = [](const Event& event) {
        return event.id == EventId("10") ? Result<void>(Error{Error::Kind::Refused, u"No."_s, {}})
                                         : Result<void>();
    };
    const RunReport report = world.runWith(3, plan);
    QCOMPARE(ReplayWorld::kinds(report), u"applied 24, failed 1, not run 15"_s);
    QVERIFY(report.outcomes[11].reason.contains(u"event 10 of the same key even"));
}

void TestLaneWorkers::theStopRuleCountsAcrossWorkers()
{
    World world;
    world.options.stopAfterFailures = 5;
    world.act = [](const Event&) {
        return Result<void>(Error{Error::Kind::Refused, u"No."_s, {}});
    };
    const RunReport report = world.runWith(4, ReplayWorld::plan(100));
    QVERIFY(report.stopped);
    QVERIFY(report.failed >= 5);
    // Those that were under way when it was broken come on top.
    QVERIFY(report.failed <= 8);
    QCOMPARE(report.failed + report.notRun, 100);
}

void TestLaneWorkers::aWorkerThatCannotConnectEndsTheRun()
{
    World world;
    world.openable = 2;
    world.act = [&world](const Event&) {
        // The third is asked for while these two are busy.
        while (world.opened < 3)
            std::this_thread::yield();
        return Result<void>();
    };
    const RunReport report = world.runWith(3, ReplayWorld::plan(100));
    QVERIFY(report.error);
    QCOMPARE(report.error->what, u"Too many clients."_s);
    QVERIFY(report.applied >= 2);
    QCOMPARE(report.applied + report.notRun, 100);
    // Resumed with fewer, nothing is lost or repeated.
    world.openable = 100;
    const RunReport again = world.runWith(2, ReplayWorld::plan(100), world.log->outcomes());
    QCOMPARE(ReplayWorld::kinds(again), u"applied 100"_s);
    QCOMPARE(world.applied(), 100);
}

void TestLaneWorkers::aStopWaitsForWhatIsUnderWay()
{
    World world;
    std::atomic<int> calls = 0;
    world.act = [&](const Event&) {
        if (++calls == 10)
            world.stop.request_stop();
        return Result<void>();
    };
    const RunReport report = world.runWith(4, ReplayWorld::plan(100));
    QVERIFY(report.stopped);
    QVERIFY(report.applied >= 10);
    QCOMPARE(report.applied, calls);
    QCOMPARE(report.applied + report.notRun, 100);
    QCOMPARE(world.applied(), calls);
}

void TestLaneWorkers::pendingEntriesAreClaimedAndAcknowledgedByTheRun()
{
    World world;
    const Plan plan = world.pendingPlan(50);
    QCOMPARE(ReplayWorld::kinds(world.runWith(4, plan)), u"applied 50"_s);
    QCOMPARE(world.pendingCount(), 0);
}

QTEST_GUILESS_MAIN(TestLaneWorkers)
#include "tst_laneworkers.moc"
