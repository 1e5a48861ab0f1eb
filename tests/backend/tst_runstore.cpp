// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/runstore.h"
#include "support/printers.h"

#include <sys/types.h>

#include <QDir>
#include <QFileInfo>
#include <QProcess>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

#include <csignal>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto privateFile = QFile::ReadOwner | QFile::WriteOwner;

Plan planOf(qsizetype events)
{
    Plan plan;
    plan.id = u"plan-1"_s;
    plan.profile = u"shop"_s;
    plan.handler = u"billing-sql"_s;
    plan.group = GroupName("bill\xffing");
    plan.madeAt = TimePoint(Microseconds(1'700'000'000'000'001));
    for (qsizetype i = 0; i < events; ++i) {
        PlanItem item;
        item.event.id = EventId(QByteArray::number(i));
        item.event.payload = QByteArray("\x00\xff", 2);
        item.verdict = Verdict::Run;
        plan.items.append(item);
    }
    return plan;
}

ReplayOptions unusualOptions()
{
    ReplayOptions options;
    options.canary = {2, 4};
    options.eventsPerSecond = 12.5;
    options.stopAfterFailures = 3;
    options.stopAtFailureShare = 0.25;
    options.includeUnknown = true;
    options.verdictTimeout = 1'234ms;
    options.batch = 17;
    options.concurrency = 4;
    return options;
}

Outcome outcome(qsizetype item, OutcomeKind kind, const QString& reason = {})
{
    return {item, EventId(QByteArray::number(item)), kind, reason};
}

/// What the killed child does: everything up to the handler's call.
int beginAndWaitToBeKilled(const QString& path)
{
    auto store = RunStore::open(path);
    const std::vector<qsizetype> first{0, 1};
    const std::vector<qsizetype> second{2, 3};
    const QList<Outcome> done{
        outcome(0, OutcomeKind::Applied), outcome(1, OutcomeKind::Failed, u"No."_s)};
    const bool isWritten = store && (*store)->begin(u"run"_s, planOf(6), {})
                           && (*store)->intend(u"run"_s, first) && (*store)->record(u"run"_s, done)
                           && (*store)->intend(u"run"_s, second);
    if (!isWritten)
        return 1;
    puts("intended");
    fflush(stdout);
    QThread::sleep(60);
    return 2;
}

} // namespace

class TestRunStore : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void aPlanStaysAsItWasMade();
    void plansAreListedNewestFirstAndCounted();
    void oldPlansGoWhenThereAreTooMany();
    void anUnknownPlanSaysWhatToDo();
    void aStoredRunTellsTheOutcomeOfEveryEvent();
    void whatIsWrittenComesBack();
    void anIntentWithoutARecordIsInDoubt();
    void aProcessKilledBetweenIntentAndRecordLeavesItInDoubt();
    void anOutcomeReplacesTheIntentAndTheEarlierOutcome();
    void aResumedRunIsOpenUntilItFinishes();
    void onlyARunWithNothingLeftIsFinished_data();
    void onlyARunWithNothingLeftIsFinished();
    void aRunIdWithAnotherPlanIsRefused();
    void anUnknownRunIsMissing();
    void runsAreListedNewestFirst();
    void aRunThatWasCutOffIsListedWithWhatItWrote();
    void onlyTheUserCanReadTheFile();
    void aFileThatOthersCanReadIsMadePrivate();
    void aFolderThatCannotBeMadeIsAnErrorThatSaysSo();
    void aFileThatIsNoDatabaseIsRefused();
    void aStoreOfANewerOutboardIsRefused();
    void everyThreadCanWrite();
    void twoStoresCanShareTheFile();

private:
    std::shared_ptr<RunStore> open()
    {
        auto store = RunStore::open(m_path);
        return store ? *store : nullptr;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_path;
};

void TestRunStore::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_path = m_folder->filePath(u"state/outboard.sqlite"_s);
}

void TestRunStore::aPlanStaysAsItWasMade()
{
    const auto store = open();
    Plan plan = planOf(3);
    QVERIFY_RESULT(store->keep(plan));
    const Plan made = plan;
    plan.items[0].verdict = Verdict::Processed;
    QVERIFY_RESULT(store->keep(plan));
    const auto kept = store->loadPlan(u"plan-1"_s);
    QVERIFY_RESULT(kept);
    QCOMPARE(*kept, made);
}

void TestRunStore::plansAreListedNewestFirstAndCounted()
{
    const auto store = open();
    Plan first = planOf(3);
    first.source = u"pending"_s;
    first.items[1].verdict = Verdict::Processed;
    Plan second = planOf(1);
    second.id = u"plan-2"_s;
    second.madeAt += 1s;
    Plan other = planOf(1);
    other.id = u"plan-3"_s;
    other.profile = u"other"_s;
    for (const Plan& plan : {first, second, other})
        QVERIFY_RESULT(store->keep(plan));
    QVERIFY_RESULT(store->begin(u"run"_s, first, {}));
    const auto plans = store->listPlans(u"shop"_s, 10);
    QVERIFY_RESULT(plans);
    QCOMPARE(plans->size(), 2);
    QCOMPARE(plans->first().planId, u"plan-2"_s);
    const PlanSummary expected{
        u"plan-1"_s, u"shop"_s, u"billing-sql"_s, first.group, u"pending"_s, first.madeAt, 3, 2, 1};
    QCOMPARE(plans->last(), expected);
}

void TestRunStore::oldPlansGoWhenThereAreTooMany()
{
    const auto store = open();
    for (int i = 0; i <= 200; ++i) {
        Plan plan = planOf(1);
        plan.id = u"plan-%1"_s.arg(i);
        plan.madeAt += std::chrono::seconds(i);
        QVERIFY_RESULT(store->keep(plan));
    }
    const auto plans = store->listPlans(u"shop"_s, 1'000);
    QVERIFY_RESULT(plans);
    QCOMPARE(plans->size(), 200);
    QCOMPARE(plans->last().planId, u"plan-1"_s);
}

void TestRunStore::anUnknownPlanSaysWhatToDo()
{
    const auto store = open();
    QVERIFY_ERROR(store->loadPlan(u"none"_s), Error::Kind::Missing);
}

void TestRunStore::aStoredRunTellsTheOutcomeOfEveryEvent()
{
    const auto store = open();
    Plan plan = planOf(4);
    plan.items[3].verdict = Verdict::InFlight;
    plan.items[3].reason = u"worker-1 has it."_s;
    QVERIFY_RESULT(store->begin(u"run"_s, plan, {}));
    const std::vector<qsizetype> begun{0, 1};
    QVERIFY_RESULT(store->intend(u"run"_s, begun));
    const QList<Outcome> done{outcome(0, OutcomeKind::Applied)};
    QVERIFY_RESULT(store->record(u"run"_s, done));
    const auto run = store->load(u"run"_s);
    QVERIFY_RESULT(run);
    const RunReport& report = run->report;
    QCOMPARE(report.outcomes.size(), 4);
    QCOMPARE(report.outcomes[1].kind, OutcomeKind::InDoubt);
    QCOMPARE(report.outcomes[2].kind, OutcomeKind::NotRun);
    QCOMPARE(report.outcomes[3], outcome(3, OutcomeKind::Skipped, u"worker-1 has it."_s));
    QCOMPARE(report.applied, 1);
    QCOMPARE(report.inDoubt, 1);
    QCOMPARE(report.notRun, 1);
    QCOMPARE(report.skipped, 1);
    QCOMPARE(run->runId, u"run"_s);
}

void TestRunStore::whatIsWrittenComesBack()
{
    const Plan plan = planOf(3);
    {
        const auto store = open();
        QVERIFY(store);
        QVERIFY_RESULT(store->begin(u"run"_s, plan, unusualOptions()));
        const QList<Outcome> outcomes{
            outcome(0, OutcomeKind::Applied),
            outcome(1, OutcomeKind::Skipped, u"Already processed."_s),
            outcome(2, OutcomeKind::NoVerdict, u"Sent."_s)};
        QVERIFY_RESULT(store->record(u"run"_s, outcomes));
    }
    const auto run = open()->load(u"run"_s);
    QVERIFY_RESULT(run);
    QCOMPARE(run->plan, plan);
    QCOMPARE(run->outcomes.size(), 3);
    QCOMPARE(run->outcomes[1], outcome(1, OutcomeKind::Skipped, u"Already processed."_s));
    QCOMPARE(run->outcomes[2].kind, OutcomeKind::NoVerdict);
    const ReplayOptions expected = unusualOptions();
    QCOMPARE(run->options.canary, expected.canary);
    QCOMPARE(run->options.eventsPerSecond, expected.eventsPerSecond);
    QCOMPARE(run->options.stopAfterFailures, expected.stopAfterFailures);
    QCOMPARE(run->options.stopAtFailureShare, expected.stopAtFailureShare);
    QCOMPARE(run->options.includeUnknown, expected.includeUnknown);
    QCOMPARE(run->options.verdictTimeout, expected.verdictTimeout);
    QCOMPARE(run->options.batch, expected.batch);
    QCOMPARE(run->options.concurrency, expected.concurrency);
}

void TestRunStore::anIntentWithoutARecordIsInDoubt()
{
    const auto store = open();
    QVERIFY_RESULT(store->begin(u"run"_s, planOf(5), {}));
    const std::vector<qsizetype> items{1, 3};
    QVERIFY_RESULT(store->intend(u"run"_s, items));
    const auto run = store->load(u"run"_s);
    QVERIFY_RESULT(run);
    QCOMPARE(run->outcomes.size(), 2);
    QCOMPARE(run->outcomes[0].item, 1);
    QCOMPARE(run->outcomes[0].eventId, EventId("1"));
    QCOMPARE(run->outcomes[0].kind, OutcomeKind::InDoubt);
    QVERIFY(!run->outcomes[0].reason.isEmpty());
    QVERIFY(!run->isFinished);
}

void TestRunStore::aProcessKilledBetweenIntentAndRecordLeavesItInDoubt()
{
    QProcess child;
    child.start(QCoreApplication::applicationFilePath(), {u"--write-and-wait"_s, m_path});
    QVERIFY(child.waitForStarted());
    QTRY_VERIFY(child.canReadLine());
    QCOMPARE(child.readLine().trimmed(), "intended"_ba);
    QCOMPARE(::kill(pid_t(child.processId()), SIGKILL), 0);
    QVERIFY(child.waitForFinished());
    const auto run = open()->load(u"run"_s);
    QVERIFY_RESULT(run);
    QList<OutcomeKind> kinds;
    for (const Outcome& each : run->outcomes)
        kinds.append(each.kind);
    QCOMPARE(
        kinds,
        (QList{
            OutcomeKind::Applied,
            OutcomeKind::Failed,
            OutcomeKind::InDoubt,
            OutcomeKind::InDoubt}));
    QCOMPARE(run->plan.items.size(), 6);
}

void TestRunStore::anOutcomeReplacesTheIntentAndTheEarlierOutcome()
{
    const auto store = open();
    QVERIFY_RESULT(store->begin(u"run"_s, planOf(1), {}));
    const std::vector<qsizetype> items{0};
    QVERIFY_RESULT(store->intend(u"run"_s, items));
    for (const OutcomeKind kind : {OutcomeKind::NoVerdict, OutcomeKind::Applied})
        QVERIFY_RESULT(store->record(u"run"_s, QList{outcome(0, kind)}));
    const auto run = store->load(u"run"_s);
    QVERIFY_RESULT(run);
    QCOMPARE(run->outcomes, QList{outcome(0, OutcomeKind::Applied)});
}

void TestRunStore::aResumedRunIsOpenUntilItFinishes()
{
    const auto store = open();
    QVERIFY_RESULT(store->begin(u"run"_s, planOf(1), {}));
    QVERIFY_RESULT(store->record(u"run"_s, QList{outcome(0, OutcomeKind::Applied)}));
    RunReport report;
    report.runId = u"run"_s;
    report.applied = 1;
    QVERIFY_RESULT(store->finish(report));
    QVERIFY(store->load(u"run"_s)->isFinished);
    QVERIFY_RESULT(store->begin(u"run"_s, planOf(1), {}));
    const auto run = store->load(u"run"_s);
    QVERIFY(!run->isFinished);
    QCOMPARE(run->outcomes.size(), 1);
}

void TestRunStore::onlyARunWithNothingLeftIsFinished_data()
{
    QTest::addColumn<RunReport>("report");
    QTest::addColumn<bool>("isFinished");
    const auto add = [](const char* name, const std::function<void(RunReport&)>& set, bool done) {
        RunReport report;
        report.runId = u"run"_s;
        set(report);
        QTest::newRow(name) << report << done;
    };
    add(
        "all applied", [](RunReport& r) { r.applied = 5; }, true);
    add(
        "some failed", [](RunReport& r) { r.failed = 5; }, true);
    add(
        "stopped before the end",
        [](RunReport& r) {
            r.stopped = true;
            r.notRun = 1;
        },
        false);
    add(
        "something in doubt", [](RunReport& r) { r.inDoubt = 1; }, false);
    add(
        "sent and not confirmed", [](RunReport& r) { r.noVerdict = 1; }, false);
    add(
        "a server gone",
        [](RunReport& r) {
            r.error = Error{Error::Kind::Timeout, u"Gone."_s, u"x"_s};
        },
        false);
}

void TestRunStore::onlyARunWithNothingLeftIsFinished()
{
    QFETCH(RunReport, report);
    QFETCH(bool, isFinished);
    const auto store = open();
    QVERIFY_RESULT(store->begin(u"run"_s, planOf(5), {}));
    QVERIFY_RESULT(store->finish(report));
    QCOMPARE(store->load(u"run"_s)->isFinished, isFinished);
    const auto runs = store->list(u"shop"_s, 10);
    QVERIFY_RESULT(runs);
    QCOMPARE(runs->first().finishedAt.has_value(), isFinished);
    const RunReport& listed = runs->first().report;
    QCOMPARE(listed.applied, report.applied);
    QCOMPARE(listed.notRun, report.notRun);
    QCOMPARE(listed.stopped, report.stopped);
    QCOMPARE(listed.error, report.error);
}

void TestRunStore::aRunIdWithAnotherPlanIsRefused()
{
    const auto store = open();
    QVERIFY_RESULT(store->begin(u"run"_s, planOf(1), {}));
    Plan other = planOf(2);
    other.id = u"plan-2"_s;
    QVERIFY_ERROR(store->begin(u"run"_s, other, {}), Error::Kind::Refused);
    QCOMPARE(store->load(u"run"_s)->plan.items.size(), 1);
}

void TestRunStore::anUnknownRunIsMissing()
{
    const auto store = open();
    QVERIFY_ERROR(store->load(u"nowhere"_s), Error::Kind::Missing);
    RunReport report;
    report.runId = u"nowhere"_s;
    QVERIFY_ERROR(store->finish(report), Error::Kind::Missing);
    const std::vector<qsizetype> items{0};
    QVERIFY(!store->intend(u"nowhere"_s, items));
}

void TestRunStore::runsAreListedNewestFirst()
{
    const auto store = open();
    for (const QString& id : {u"first"_s, u"second"_s, u"third"_s}) {
        QVERIFY_RESULT(store->begin(id, planOf(1), {}));
        QThread::usleep(10);
    }
    Plan elsewhere = planOf(1);
    elsewhere.profile = u"other"_s;
    QVERIFY_RESULT(store->begin(u"elsewhere"_s, elsewhere, {}));
    const auto runs = store->list(u"shop"_s, 2);
    QVERIFY_RESULT(runs);
    QCOMPARE(runs->size(), 2);
    QCOMPARE(runs->at(0).runId, u"third"_s);
    QCOMPARE(runs->at(1).runId, u"second"_s);
    QCOMPARE(runs->at(0).group, GroupName("bill\xffing"));
    QCOMPARE(runs->at(0).handler, u"billing-sql"_s);
    QVERIFY(runs->at(0).startedAt >= runs->at(1).startedAt);
}

void TestRunStore::aRunThatWasCutOffIsListedWithWhatItWrote()
{
    const auto store = open();
    QVERIFY_RESULT(store->begin(u"run"_s, planOf(10), {}));
    const std::vector<qsizetype> items{3, 4};
    QVERIFY_RESULT(store->intend(u"run"_s, items));
    const QList<Outcome> outcomes{
        outcome(0, OutcomeKind::Applied),
        outcome(1, OutcomeKind::Applied),
        outcome(2, OutcomeKind::Skipped),
        outcome(5, OutcomeKind::NotRun)};
    QVERIFY_RESULT(store->record(u"run"_s, outcomes));
    const auto runs = store->list(u"shop"_s, 10);
    QVERIFY_RESULT(runs);
    const RunSummary& run = runs->first();
    QVERIFY(!run.finishedAt);
    QCOMPARE(run.report.planId, u"plan-1"_s);
    QCOMPARE(run.report.applied, 2);
    QCOMPARE(run.report.skipped, 1);
    QCOMPARE(run.report.inDoubt, 2);
    QCOMPARE(run.report.notRun, 5);
}

void TestRunStore::onlyTheUserCanReadTheFile()
{
    const auto store = open();
    QVERIFY_RESULT(store->begin(u"run"_s, planOf(1), {}));
    const QFileInfo folder(QFileInfo(m_path).absolutePath());
    constexpr auto others = QFile::ReadGroup | QFile::WriteGroup | QFile::ExeGroup
                            | QFile::ReadOther | QFile::WriteOther | QFile::ExeOther;
    QCOMPARE(folder.permissions() & others, QFile::Permissions());
    const QStringList files = QDir(folder.filePath()).entryList(QDir::Files);
    QVERIFY(files.contains(u"outboard.sqlite-wal"_s));
    for (const QString& name : files)
        QCOMPARE(
            QFile::permissions(folder.filePath() + u'/' + name) & others, QFile::Permissions());
}

void TestRunStore::aFileThatOthersCanReadIsMadePrivate()
{
    QVERIFY(open());
    QVERIFY(QFile::setPermissions(m_path, privateFile | QFile::ReadGroup | QFile::ReadOther));
    QVERIFY(open());
    QVERIFY(!(QFile::permissions(m_path) & (QFile::ReadGroup | QFile::ReadOther)));
}

void TestRunStore::aFolderThatCannotBeMadeIsAnErrorThatSaysSo()
{
    QFile file(m_folder->filePath(u"file"_s));
    QVERIFY(file.open(QFile::WriteOnly));
    const auto store = RunStore::open(file.fileName() + u"/state/outboard.sqlite"_s);
    QVERIFY_ERROR(store, Error::Kind::Refused);
    QVERIFY(store.error().what.contains(u"cannot be created"));
}

void TestRunStore::aFileThatIsNoDatabaseIsRefused()
{
    m_path = m_folder->filePath(u"notes.txt"_s);
    QFile file(m_path);
    QVERIFY(file.open(QFile::WriteOnly));
    file.write(QByteArray(5'000, 'x'));
    file.close();
    const auto store = RunStore::open(m_path);
    QVERIFY_ERROR(store, Error::Kind::Refused);
    QVERIFY(store.error().what.contains(m_path));
    QVERIFY(file.open(QFile::ReadOnly));
    QCOMPARE(file.readAll(), QByteArray(5'000, 'x'));
}

void TestRunStore::aStoreOfANewerOutboardIsRefused()
{
    QVERIFY(open());
    {
        auto database = QSqlDatabase::addDatabase(u"QSQLITE"_s, u"newer"_s);
        database.setDatabaseName(m_path);
        QVERIFY(database.open());
        QVERIFY(QSqlQuery(database).exec(u"UPDATE schema_version SET version = 99"_s));
    }
    QSqlDatabase::removeDatabase(u"newer"_s);
    const auto store = RunStore::open(m_path);
    QVERIFY_ERROR(store, Error::Kind::Refused);
    QVERIFY(store.error().what.contains(u"newer"));
}

void TestRunStore::everyThreadCanWrite()
{
    const auto store = open();
    QVERIFY_RESULT(store->begin(u"run"_s, planOf(400), {}));
    std::vector<std::unique_ptr<QThread>> threads;
    std::atomic<int> failures = 0;
    for (qsizetype thread = 0; thread < 4; ++thread) {
        threads.emplace_back(QThread::create([&, thread] {
            for (qsizetype i = 0; i < 100; ++i) {
                const QList<Outcome> one{outcome(thread * 100 + i, OutcomeKind::Applied)};
                failures += store->record(u"run"_s, one) ? 0 : 1;
            }
        }));
        threads.back()->start();
    }
    for (const auto& thread : threads)
        QVERIFY(thread->wait());
    QCOMPARE(failures.load(), 0);
    QCOMPARE(store->load(u"run"_s)->outcomes.size(), 400);
}

void TestRunStore::twoStoresCanShareTheFile()
{
    const auto one = open();
    const auto two = open();
    QVERIFY_RESULT(one->begin(u"run"_s, planOf(2), {}));
    QVERIFY_RESULT(two->record(u"run"_s, QList{outcome(0, OutcomeKind::Applied)}));
    QVERIFY_RESULT(one->record(u"run"_s, QList{outcome(1, OutcomeKind::Failed)}));
    QCOMPARE(two->load(u"run"_s)->outcomes.size(), 2);
}

int main(int argc, char** argv)
{
    QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() == 3 && arguments[1] == u"--write-and-wait"_s)
        return beginAndWaitToBeKilled(arguments[2]);
    TestRunStore test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_runstore.moc"
