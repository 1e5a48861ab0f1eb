// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/printers.h"
#include "support/replayworld.h"

#include <QTest>

using namespace outboard;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 events = 6;

/// Thrown where the program dies.
struct Crash
{};

/// Dies at the n-th call that a run makes to anything: run log, broker, ledger, handler. What
/// happened before stays, what would come after never happens.
class CrashPoint
{
public:
    CrashPoint(ReplayWorld& world, qint64 at)
        : m_world(world)
        , m_left(at)
    {
        world.log->onCall([this] { tick(); });
        world.ledger->onMarks([this] { tick(); });
        world.ledger->onFind([this] { tick(); });
        world.handler.onApply([this](const Event&) { tick(); });
        world.streams->before = [this](QByteArrayView) -> Result<void> {
            tick();
            return {};
        };
    }

    ~CrashPoint()
    {
        m_world.log->onCall({});
        m_world.ledger->onMarks({});
        m_world.ledger->onFind({});
        m_world.handler.onApply({});
        m_world.streams->before = {};
    }
    Q_DISABLE_COPY_MOVE(CrashPoint)

private:
    void tick()
    {
        if (m_left-- == 0)
            throw Crash();
    }

    ReplayWorld& m_world;
    qint64 m_left;
};

/// Nothing when it crashed.
std::optional<RunReport> runUntil(ReplayWorld& world, const Plan& plan, qint64 crashAt)
{
    const CrashPoint crash(world, crashAt);
    try {
        return world.run(plan, world.log->outcomes());
    } catch (const Crash&) {
        return std::nullopt;
    }
}

QByteArray where(qint64 first, qint64 second)
{
    return "crashed at " + QByteArray::number(first) + ", then at " + QByteArray::number(second);
}

} // namespace

class TestReplayResume : public QObject
{
    Q_OBJECT

private slots:
    void whereverARunIsCutOffEachEventIsAppliedOnce();
    void whereverASendingRunIsCutOffNothingIsSentTwiceWithoutAYes();
    void withAYesEverythingIsSentAndAcknowledged();
    void failedEventsAreNotTriedAgain();
    void aRunThatNeverBeganIsRunWhole();
};

void TestReplayResume::whereverARunIsCutOffEachEventIsAppliedOnce()
{
    qint64 points = 0;
    for (qint64 first = 0, ended = false; !ended; ++first) {
        for (qint64 second = 0; second < 40; ++second) {
            ReplayWorld world;
            world.options.batch = 2;
            const Plan plan = world.pendingPlan(events);
            world.ledger->insert(EventId("5"));
            ended = runUntil(world, plan, first).has_value();
            const bool secondEnded = runUntil(world, plan, second).has_value();
            const auto report = runUntil(world, plan, 1'000'000);
            QVERIFY(report);
            QVERIFY(!report->error);
            for (qint64 id = 1; id <= events; ++id) {
                const qint64 times = world.timesApplied(EventId(QByteArray::number(id)));
                QVERIFY2(times == (id == 5 ? 0 : 1), where(first, second).constData());
            }
            QVERIFY2(world.pendingCount() == 0, where(first, second).constData());
            QVERIFY2(report->applied + report->skipped == events, where(first, second).constData());
            ++points;
            if (secondEnded)
                break;
        }
    }
    // Three chunks with an intent, a claim, a transaction, an acknowledgement and a record each.
    QVERIFY2(points > 200, QByteArray::number(points).constData());
}

void TestReplayResume::whereverASendingRunIsCutOffNothingIsSentTwiceWithoutAYes()
{
    for (qint64 at = 0, ended = false; !ended; ++at) {
        ReplayWorld world(Handler::Guard::Consumers, false);
        const Plan plan = world.pendingPlan(events);
        ended = runUntil(world, plan, at).has_value();
        const auto report = runUntil(world, plan, 1'000'000);
        QVERIFY(report);
        const auto& calls = world.handler.calls();
        for (qint64 id = 1; id <= events; ++id) {
            const EventId event(QByteArray::number(id));
            QVERIFY2(std::ranges::count(calls, event) <= 1, QByteArray::number(at).constData());
        }
        QVERIFY(report->inDoubt <= 1);
        QCOMPARE(report->noVerdict + report->skipped + report->inDoubt, events);
        // What is in doubt keeps its entry, unless the crash came after the acknowledgement.
        QVERIFY(world.pendingCount() <= report->inDoubt);
    }
}

void TestReplayResume::withAYesEverythingIsSentAndAcknowledged()
{
    for (qint64 at = 0, ended = false; !ended; ++at) {
        ReplayWorld world(Handler::Guard::Consumers, false);
        const Plan plan = world.pendingPlan(events);
        ended = runUntil(world, plan, at).has_value();
        world.options.repeatInDoubt = true;
        const auto report = runUntil(world, plan, 1'000'000);
        QVERIFY(report);
        QCOMPARE(report->inDoubt, 0);
        QCOMPARE(world.pendingCount(), 0);
        const auto& calls = world.handler.calls();
        for (qint64 id = 1; id <= events; ++id)
            QVERIFY(std::ranges::count(calls, EventId(QByteArray::number(id))) >= 1);
        QVERIFY(qint64(calls.size()) <= events + 1);
    }
}

void TestReplayResume::failedEventsAreNotTriedAgain()
{
    ReplayWorld world;
    const EventId third("3");
    world.handler.failOn(third, {Error::Kind::Refused, u"No."_s, {}});
    QCOMPARE(ReplayWorld::kinds(world.run(ReplayWorld::plan(5))), u"applied 4, failed 1"_s);
    world.handler.heal(third);
    const RunReport again = world.run(ReplayWorld::plan(5), world.log->outcomes());
    QCOMPARE(ReplayWorld::kinds(again), u"applied 4, failed 1"_s);
    QCOMPARE(again.outcomes[2].reason, u"No."_s);
    QVERIFY(!world.ledger->contains(third));
}

void TestReplayResume::aRunThatNeverBeganIsRunWhole()
{
    ReplayWorld world;
    QVERIFY(!runUntil(world, ReplayWorld::plan(5), 0));
    QCOMPARE(ReplayWorld::kinds(world.run(ReplayWorld::plan(5))), u"applied 5"_s);
}

QTEST_GUILESS_MAIN(TestReplayResume)
#include "tst_replayresume.moc"
