// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/runcontrol.h"
#include "services/session.h"
#include "store/journal.h"
#include "store/runstore.h"
#include "support/fakebackends.h"
#include "support/printers.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const BrokerTopic stream("order.paid");

/// Twelve events of the outbox that are republished; nobody confirms them, and nobody waits.
struct World
{
    World()
        : backends(std::make_shared<FakeBackends>())
        , runs(*RunStore::open(folder.filePath(u"runs.sqlite"_s)))
    {
        backends->fillShop();
        const TimePoint now = backends->streams().now();
        session = std::make_unique<Session>(
            backends, runs, Journal::open(folder.filePath(u"journal.sqlite"_s)), [now] {
                return now;
            });
        options.canary = {2, 3};
        options.verdictTimeout = 0ms;
    }

    Plan plan() const
    {
        PlanRequest request;
        request.from = PlanRequest::From::Outbox;
        request.handler = u"republish"_s;
        request.group = GroupName("billing");
        for (int id = 19; id <= 30; ++id)
            request.rows.push_back(OutboxRowId(QByteArray::number(id)));
        auto answer = session->plan(request).answer;
        answer.waitForFinished();
        return *answer.result();
    }

    StartedRun start(AtStep atStep) const
    {
        const Plan frozen = plan();
        (void)session->arm({});
        return session->replay(frozen, options, atStep);
    }

    size_t sent() const { return backends->streams().entries(stream).size() - 18; }

    QTemporaryDir folder;
    std::shared_ptr<FakeBackends> backends;
    std::shared_ptr<RunStore> runs;
    std::unique_ptr<Session> session;
    ReplayOptions options;
};

using State = RunControl::State;

} // namespace

class TestRunControl : public QObject
{
    Q_OBJECT

private slots:
    void theRunWaitsAtEachStepUntilItMayGoOn();
    void stoppingAtAStepEndsTheRun();
    void outcomesAreToldWhileItRuns();
    void withoutAskingItGoesThrough();
    void aRefusedRunHasEnded();
    void closingTheSessionEndsARunThatWaits();
    void aStoppedRunGoesOnWhenItIsResumed();
    void goOnCountsOnlyAtAStep();
};

void TestRunControl::theRunWaitsAtEachStepUntilItMayGoOn()
{
    World world;
    const auto run = world.start(AtStep::Ask);
    QTRY_COMPARE(run.control->state(), State::AtStep);
    QCOMPARE(world.sent(), size_t(2));
    QCOMPARE(run.control->outcomes().size(), 2);
    run.control->goOn();
    QTRY_COMPARE(world.sent(), size_t(5));
    QTRY_COMPARE(run.control->state(), State::AtStep);
    QCOMPARE(run.control->outcomes().size(), 5);
    run.control->goOn();
    QTRY_COMPARE(run.control->state(), State::Ended);
    QCOMPARE(world.sent(), size_t(12));
    QCOMPARE(run.answer.result()->noVerdict, 12);
}

void TestRunControl::stoppingAtAStepEndsTheRun()
{
    World world;
    const auto run = world.start(AtStep::Ask);
    QTRY_COMPARE(run.control->state(), State::AtStep);
    run.control->stop();
    QCOMPARE(run.control->state(), State::Stopping);
    QTRY_COMPARE(run.control->state(), State::Ended);
    const auto report = run.answer.result();
    QVERIFY_RESULT(report);
    QVERIFY(report->stopped);
    QCOMPARE(report->notRun, 10);
    QCOMPARE(world.sent(), size_t(2));
}

void TestRunControl::outcomesAreToldWhileItRuns()
{
    World world;
    const auto run = world.start(AtStep::Ask);
    QList<Outcome> told;
    connect(run.control, &RunControl::told, this, [&told](const QList<Outcome>& outcomes) {
        told += outcomes;
    });
    QTRY_COMPARE(run.control->state(), State::AtStep);
    QVERIFY(!run.answer.isFinished());
    QCOMPARE(told.first().eventId, EventId("19"));
    QCOMPARE(told.first().kind, OutcomeKind::NoVerdict);
}

void TestRunControl::withoutAskingItGoesThrough()
{
    World world;
    const auto run = world.start(AtStep::GoOn);
    QTRY_COMPARE(run.control->state(), State::Ended);
    QCOMPARE(world.sent(), size_t(12));
}

void TestRunControl::aRefusedRunHasEnded()
{
    World world;
    const auto run = world.session->replay(world.plan(), world.options, AtStep::Ask);
    QCOMPARE(run.control->state(), State::Ended);
    QVERIFY_ERROR(run.answer.result(), Error::Kind::Refused);
}

void TestRunControl::closingTheSessionEndsARunThatWaits()
{
    World world;
    const auto run = world.start(AtStep::Ask);
    QTRY_COMPARE(run.control->state(), State::AtStep);
    const auto answer = run.answer;
    const QString runId = run.control->runId();
    world.session.reset();
    QTRY_VERIFY(answer.isFinished());
    const auto stored = world.runs->load(runId);
    QVERIFY_RESULT(stored);
    QCOMPARE(stored->report.notRun, 10);
    QCOMPARE(stored->report.inDoubt, 0);
}

void TestRunControl::aStoppedRunGoesOnWhenItIsResumed()
{
    World world;
    const auto run = world.start(AtStep::Ask);
    QTRY_COMPARE(run.control->state(), State::AtStep);
    const QString runId = run.control->runId();
    run.control->stop();
    QTRY_COMPARE(run.control->state(), State::Ended);
    const auto resumed = world.session->resume(runId, false, AtStep::GoOn);
    QCOMPARE(resumed.control->runId(), runId);
    QTRY_COMPARE(resumed.control->state(), State::Ended);
    QCOMPARE(resumed.answer.result()->noVerdict, 12);
    QCOMPARE(world.sent(), size_t(12));
}

void TestRunControl::goOnCountsOnlyAtAStep()
{
    World world;
    const auto run = world.start(AtStep::Ask);
    run.control->goOn();
    QTRY_COMPARE(run.control->state(), State::AtStep);
    QCOMPARE(world.sent(), size_t(2));
}

QTEST_GUILESS_MAIN(TestRunControl)
#include "tst_runcontrol.moc"
