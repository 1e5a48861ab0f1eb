// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialogs/replaydialog.h"
#include "dialogs/resumedialog.h"
#include "models/planmodel.h"
#include "panels/replaypanel.h"
#include "parts/label.h"
#include "parts/tableview.h"
#include "store/runstore.h"
#include "support/offscreenmain.h"
#include "support/printers.h"
#include "widgets/panelworld.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QToolButton>

using namespace outboard;
using namespace Qt::StringLiterals;

namespace {

/// The panel with a local store of its own.
struct Shown
{
    explicit Shown(const Profile& profile = FakeBackends::shopProfile())
        : store(*RunStore::open(folder.filePath(u"store/outboard.sqlite"_s)))
        , world(store, profile)
        , panel(std::make_unique<ReplayPanel>(world.host()))
    {
        panel->resize(1200, 760);
        panel->show();
        world.round(*panel);
    }

    /// The five entries that billing holds; one of them is in its ledger meanwhile.
    void planPending()
    {
        world.backends->ledgerTable().insert(EventId("12"));
        PlanRequest request;
        request.from = PlanRequest::From::Pending;
        request.topic = BrokerTopic("order.paid");
        request.group = GroupName("billing");
        QVERIFY(panel->planReplay(request));
        QTRY_COMPARE(rows(), 5);
    }

    int rows() const { return table()->model()->rowCount(); }

    TableView* table() const { return panel->findChild<TableView*>(u"planTable"_s); }

    QString tally(int kind) const
    {
        for (const QToolButton* button :
             panel->findChildren<QToolButton*>(u"tally%1"_s.arg(kind))) {
            if (button->isVisible())
                return button->text();
        }
        return {};
    }

    template<class T>
    T* find(const QString& name) const
    {
        return panel->findChild<T*>(name);
    }

    /// Three rows of the outbox that nobody has processed.
    void planRows()
    {
        PlanRequest request;
        request.from = PlanRequest::From::Outbox;
        request.handler = u"republish"_s;
        request.group = GroupName("billing");
        for (const char* row : {"19", "20", "21"})
            request.rows.push_back(OutboxRowId(row));
        QVERIFY(panel->planReplay(request));
        QTRY_COMPARE(rows(), 3);
    }

    /// In steps of one; nobody confirms, and nobody waits.
    void runInSteps(const QString& canary = u"1, 1"_s)
    {
        QVERIFY(world.session->arm({}));
        auto* dialog = openDialog();
        dialog->findChild<QLineEdit*>(u"canary"_s)->setText(canary);
        dialog->findChild<QSpinBox*>(u"watchSeconds"_s)->setValue(0);
        dialog->findChild<QPushButton*>(u"run"_s)->click();
    }

    QString state() const { return find<Label>(u"runState"_s)->text(); }

    bool offers(const QString& action) const { return find<QAction>(action)->isVisible(); }

    qint64 sent() const
    {
        return qint64(world.backends->streams().entries(BrokerTopic("order.paid")).size()) - 18;
    }

    ReplayDialog* openDialog() const
    {
        find<QAction>(u"replayAction"_s)->trigger();
        return panel->findChild<ReplayDialog*>();
    }

    QString cell(int row, const QString& columnId) const
    {
        const QAbstractItemModel* model = table()->model();
        for (int column = 0; column < model->columnCount(); ++column) {
            if (model->headerData(column, Qt::Horizontal, ColumnIdRole) == columnId)
                return model->index(row, column).data().toString();
        }
        return {};
    }

    QTemporaryDir folder;
    std::shared_ptr<RunStore> store;
    PanelWorld world;
    std::unique_ptr<ReplayPanel> panel;
};

} // namespace

class TestReplayPanel : public QObject
{
    Q_OBJECT

private slots:
    void verdictsAreShownBeforeAnythingRuns();
    void aTallyFiltersTheTable();
    void theDialogSaysWhatRunsAndWhatIsSkipped();
    void aRunShowsEachOutcomeAndEntersTheHistory();
    void typedIdsArePlannedAgainstTheChosenLedger();
    void aPlanThatCannotBeMadeSaysWhy();
    void badCanaryStepsAreAnObstacle();
    void modelsKeepTheirPromises();
    void anotherHandlerJudgesTheSameEvents();
    void whatChangedSinceIsShownAndFiltered();
    void aWarningIsCountedAndShown();
    void plansAreKeptAndOpenedAgain();
    void eachStepWaitsForTheOperator();
    void aStoppedRunIsResumedFromItsOutcome();
    void failedEventsBecomeANewPlan();
    void inDoubtNeedsAYesOfItsOwn();
    void anOldRunOpensIntoItsOutcome();
    void theReportIsSavedAsMarkdownOrCsv_data();
    void theReportIsSavedAsMarkdownOrCsv();
};

void TestReplayPanel::verdictsAreShownBeforeAnythingRuns()
{
    Shown shown;
    shown.planPending();
    QTRY_COMPARE(shown.tally(int(Verdict::Run)), u"4 will run"_s);
    QTRY_COMPARE(shown.tally(int(Verdict::Processed)), u"1 already processed"_s);
    QVERIFY(shown.find<Label>(u"planTitle"_s)->text().startsWith(u"5 events"));
    QVERIFY(shown.find<Label>(u"planSubtitle"_s)->text().contains(u"billing"));
    QCOMPARE(shown.world.backends->streams().entries(BrokerTopic("order.paid")).size(), size_t(18));
}

void TestReplayPanel::aTallyFiltersTheTable()
{
    Shown shown;
    shown.planPending();
    auto* processed = shown.find<QToolButton>(u"tally%1"_s.arg(int(Verdict::Processed)));
    processed->click();
    QCOMPARE(shown.rows(), 1);
    processed->click();
    QCOMPARE(shown.rows(), 5);
}

void TestReplayPanel::theDialogSaysWhatRunsAndWhatIsSkipped()
{
    Shown shown;
    shown.planPending();
    auto* dialog = shown.openDialog();
    QVERIFY(dialog);
    QCOMPARE(dialog->findChild<QLabel*>(u"headline"_s)->text(), u"Replay 4 of 5 planned events"_s);
    QVERIFY(dialog->findChild<QLabel*>(u"effect"_s)->text().contains(u"1 already processed"));
    QVERIFY(!dialog->findChild<QPushButton*>(u"run"_s)->isEnabled());
    auto* commands = dialog->findChild<QPlainTextEdit*>(u"commands"_s);
    QTRY_VERIFY(!commands->toPlainText().isEmpty());
}

void TestReplayPanel::aRunShowsEachOutcomeAndEntersTheHistory()
{
    Shown shown;
    shown.planPending();
    QVERIFY(shown.world.session->arm({}));
    auto* dialog = shown.openDialog();
    // In one step: a canary step would wait for the consumers before the next one.
    dialog->findChild<QLineEdit*>(u"canary"_s)->clear();
    dialog->findChild<QPushButton*>(u"run"_s)->click();
    QTRY_COMPARE(
        shown.world.backends->streams().entries(BrokerTopic("order.paid")).size(), size_t(22));
    // The consumers handle what was republished, and their ledger says so.
    for (const char* id : {"11", "13", "14", "15"})
        shown.world.backends->ledgerTable().insert(EventId(id));
    QTRY_COMPARE(shown.tally(int(OutcomeKind::Applied)), u"4 applied"_s);
    QTRY_COMPARE(shown.tally(int(OutcomeKind::Skipped)), u"1 skipped"_s);
    QVERIFY(shown.find<Label>(u"result"_s)->text().startsWith(u"4 applied"));
    QTRY_COMPARE(shown.find<TableView>(u"runs"_s)->model()->rowCount(), 1);
    // The plan was run; running it again needs a new look at the ledger.
    QVERIFY(!shown.find<QAction>(u"replayAction"_s)->isEnabled());
    shown.find<QAction>(u"judgeAgain"_s)->trigger();
    QTRY_COMPARE(shown.tally(int(Verdict::Processed)), u"5 already processed"_s);
}

void TestReplayPanel::typedIdsArePlannedAgainstTheChosenLedger()
{
    Shown shown;
    shown.find<QPlainTextEdit>(u"eventIds"_s)->setPlainText(u" 3 \n\n20\n999\n"_s);
    shown.find<QPushButton>(u"planIds"_s)->click();
    QTRY_COMPARE(shown.rows(), 3);
    QTRY_COMPARE(shown.tally(int(Verdict::Processed)), u"1 already processed"_s);
    QTRY_COMPARE(shown.tally(int(Verdict::PayloadMissing)), u"1 payload missing"_s);
    QTRY_COMPARE(shown.tally(int(Verdict::Run)), u"1 will run"_s);
}

void TestReplayPanel::aPlanThatCannotBeMadeSaysWhy()
{
    Shown shown;
    shown.world.backends->broker().setUnreachable(true);
    PlanRequest request;
    request.from = PlanRequest::From::Pending;
    request.topic = BrokerTopic("order.paid");
    request.group = GroupName("billing");
    QVERIFY(shown.panel->planReplay(request));
    QTRY_COMPARE(shown.find<Label>(u"planTitle"_s)->text(), u"No plan was made"_s);
    QVERIFY(!shown.find<Label>(u"planSubtitle"_s)->text().isEmpty());
    QVERIFY(!shown.find<QAction>(u"replayAction"_s)->isEnabled());
}

void TestReplayPanel::badCanaryStepsAreAnObstacle()
{
    Shown shown;
    shown.planPending();
    QVERIFY(shown.world.session->arm({}));
    auto* dialog = shown.openDialog();
    auto* run = dialog->findChild<QPushButton*>(u"run"_s);
    QVERIFY(run->isEnabled());
    dialog->findChild<QLineEdit*>(u"canary"_s)->setText(u"1, many"_s);
    QVERIFY(!run->isEnabled());
    QVERIFY(dialog->findChild<QLabel*>(u"hint"_s)->text().contains(u"1, 5, 20"));
}

void TestReplayPanel::modelsKeepTheirPromises()
{
    Shown shown;
    const QAbstractItemModelTester plan(
        shown.table()->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    const QAbstractItemModelTester runs(
        shown.find<TableView>(u"runs"_s)->model(),
        QAbstractItemModelTester::FailureReportingMode::QtTest);
    shown.planPending();
    shown.table()->model()->sort(2, Qt::DescendingOrder);
    shown.find<QToolButton>(u"tally%1"_s.arg(int(Verdict::Run)))->click();
    QCOMPARE(shown.rows(), 4);
}

void TestReplayPanel::anotherHandlerJudgesTheSameEvents()
{
    Profile profile = FakeBackends::shopProfile();
    HandlerSettings handler;
    handler.name = u"billing-sql"_s;
    handler.kind = u"sql"_s;
    handler.function = u"apply_order_paid"_s;
    handler.ledger = profile.ledgers.first().table;
    profile.handlers = {handler};
    Shown shown(profile);
    shown.planRows();
    auto* handlers = shown.find<QComboBox>(u"handler"_s);
    QCOMPARE(handlers->currentText(), u"republish"_s);
    // What waits in the outbox meanwhile does not join the set.
    shown.world.backends->outboxTable().insert(99);
    handlers->setCurrentText(u"billing-sql"_s);
    emit handlers->textActivated(u"billing-sql"_s);
    QTRY_COMPARE(shown.rows(), 3);
    QCOMPARE(handlers->currentText(), u"billing-sql"_s);
    QTRY_COMPARE(shown.store->listPlans(u"shop"_s, 10)->size(), 2);
}

void TestReplayPanel::whatChangedSinceIsShownAndFiltered()
{
    Shown shown;
    shown.planRows();
    shown.world.backends->ledgerTable().insert(EventId("20"));
    shown.find<QAction>(u"judgeAgain"_s)->trigger();
    auto* compared = shown.find<Label>(u"planCompared"_s);
    QTRY_VERIFY(compared->isVisible());
    QVERIFY(compared->text().contains(u"1 will run → already processed"));
    QVERIFY(compared->text().contains(u"2 unchanged"));
    QCOMPARE(shown.cell(1, u"verdict"_s), u"already processed"_s);
    QCOMPARE(shown.cell(1, u"before"_s), u"will run"_s);
    shown.find<QToolButton>(u"tally101"_s)->click();
    QCOMPARE(shown.rows(), 1);
    // The kept plan is the one that was made.
    const auto plans = shown.store->listPlans(u"shop"_s, 10);
    QCOMPARE(shown.store->loadPlan(plans->first().planId)->count(Verdict::Run), 3);
}

void TestReplayPanel::aWarningIsCountedAndShown()
{
    Profile profile = FakeBackends::shopProfile();
    profile.outbox.columns.key = u"customer"_s;
    Shown shown(profile);
    for (const qint64 id : {101, 102}) {
        OutboxRow row;
        row.id = OutboxRowId(QByteArray::number(id));
        row.eventId = EventId(row.id.bytes());
        row.topic = TopicName("order.paid");
        row.payload = "{}";
        row.createdAt = *shown.world.now;
        row.key = "customer-7";
        shown.world.backends->outboxTable().insert(row);
    }
    shown.world.backends->ledgerTable().insert(EventId("102"));
    PlanRequest request;
    request.from = PlanRequest::From::Ids;
    request.group = GroupName("billing");
    request.ids = {EventId("101")};
    QVERIFY(shown.panel->planReplay(request));
    QTRY_COMPARE(shown.tally(100), u"1 overtaken"_s);
    QVERIFY(shown.find<Label>(u"planWarning"_s)->isVisible());
    QCOMPARE(shown.cell(0, u"warning"_s), u"102"_s);
    auto* dialog = shown.openDialog();
    QVERIFY(dialog->findChild<QLabel*>(u"effect"_s)->text().contains(u"newer one"));
}

void TestReplayPanel::plansAreKeptAndOpenedAgain()
{
    Shown shown;
    shown.planRows();
    shown.find<QAction>(u"closePlan"_s)->trigger();
    auto* plans = shown.find<TableView>(u"plans"_s);
    QCOMPARE(plans->model()->rowCount(), 1);
    shown.find<QToolButton>(u"choice:Plans"_s)->click();
    plans->selectRow(0);
    shown.find<QAction>(u"openKeptPlan"_s)->trigger();
    QVERIFY(shown.table()->isVisible());
    QCOMPARE(shown.rows(), 3);
}

void TestReplayPanel::eachStepWaitsForTheOperator()
{
    Shown shown;
    shown.planRows();
    shown.runInSteps();
    QTRY_VERIFY(shown.offers(u"goOn"_s));
    QCOMPARE(shown.sent(), 1);
    QTRY_COMPARE(shown.tally(int(OutcomeKind::NoVerdict)), u"1 sent, no verdict yet"_s);
    QCOMPARE(shown.find<QAction>(u"goOn"_s)->text(), u"Go on with the next 1"_s);
    QVERIFY(shown.state().startsWith(u"Step done"));
    shown.find<QAction>(u"goOn"_s)->trigger();
    QTRY_COMPARE(shown.sent(), 2);
    QTRY_VERIFY(shown.offers(u"goOn"_s));
    shown.find<QAction>(u"goOn"_s)->trigger();
    QTRY_COMPARE(shown.sent(), 3);
    QTRY_VERIFY(shown.offers(u"resume"_s)); // To watch again: nobody confirmed.
    QVERIFY(!shown.offers(u"stopRun"_s));
}

void TestReplayPanel::aStoppedRunIsResumedFromItsOutcome()
{
    Shown shown;
    shown.planRows();
    shown.runInSteps();
    QTRY_VERIFY(shown.offers(u"goOn"_s));
    shown.find<QAction>(u"stopRun"_s)->trigger();
    QTRY_COMPARE(shown.tally(int(OutcomeKind::NotRun)), u"2 not run"_s);
    QTRY_COMPARE(shown.state(), u"Stopped"_s);
    shown.find<QAction>(u"resume"_s)->trigger();
    auto* dialog = shown.find<ResumeDialog>(u"resumeDialog"_s);
    QVERIFY(dialog);
    QVERIFY(dialog->findChild<QLabel*>(u"headline"_s)->text().contains(u"2 of 3 events"));
    dialog->findChild<QCheckBox*>(u"askAtSteps"_s)->setChecked(false);
    dialog->findChild<QPushButton*>(u"run"_s)->click();
    QTRY_COMPARE(shown.sent(), 3);
    QTRY_COMPARE(shown.tally(int(OutcomeKind::NoVerdict)), u"3 sent, no verdict yet"_s);
}

void TestReplayPanel::failedEventsBecomeANewPlan()
{
    Shown shown;
    shown.planRows();
    shown.world.backends->streams().faults.refused = {EventId("20")};
    shown.runInSteps(QString());
    QTRY_VERIFY(shown.offers(u"retry"_s));
    QTRY_COMPARE(shown.tally(int(OutcomeKind::Failed)), u"1 failed"_s);
    // The others were handled meanwhile.
    for (const char* id : {"19", "21"})
        shown.world.backends->ledgerTable().insert(EventId(id));
    shown.find<QAction>(u"retry"_s)->trigger();
    QTRY_COMPARE(shown.rows(), 3);
    QTRY_COMPARE(shown.tally(int(Verdict::Run)), u"1 will run"_s);
    QTRY_COMPARE(shown.tally(int(Verdict::Processed)), u"2 already processed"_s);
    QVERIFY(shown.find<Label>(u"planSubtitle"_s)->text().contains(u"Left over from run"));
}

void TestReplayPanel::inDoubtNeedsAYesOfItsOwn()
{
    Shown shown;
    shown.planRows();
    shown.world.backends->streams().faults.breakAfter = 0;
    shown.world.backends->streams().faults.unansweredAreDone = true;
    shown.runInSteps(QString());
    QTRY_COMPARE(shown.tally(int(OutcomeKind::InDoubt)), u"1 in doubt"_s);
    QVERIFY(shown.find<Label>(u"result"_s)->text().contains(u"not repeated without your yes"));
    shown.world.backends->streams().faults = {};
    QTRY_VERIFY(shown.find<QAction>(u"resume"_s)->isEnabled());
    shown.find<QAction>(u"resume"_s)->trigger();
    auto* dialog = shown.find<ResumeDialog>(u"resumeDialog"_s);
    auto* repeat = dialog->findChild<QCheckBox*>(u"repeatInDoubt"_s);
    QVERIFY(!repeat->isChecked());
    QVERIFY(dialog->findChild<QLabel*>(u"effect"_s)->text().contains(u"1 in doubt stay so"));
    repeat->setChecked(true);
    QVERIFY(dialog->findChild<QLabel*>(u"effect"_s)->text().contains(u"a second time"));
}

void TestReplayPanel::anOldRunOpensIntoItsOutcome()
{
    Shown shown;
    shown.planRows();
    shown.runInSteps();
    QTRY_VERIFY(shown.offers(u"goOn"_s));
    shown.find<QAction>(u"stopRun"_s)->trigger();
    QTRY_COMPARE(shown.state(), u"Stopped"_s);
    shown.find<QAction>(u"closeRun"_s)->trigger();
    auto* runs = shown.find<TableView>(u"runs"_s);
    QTRY_COMPARE(runs->model()->rowCount(), 1);
    shown.planPending(); // Something else was looked at meanwhile.
    shown.find<QAction>(u"closePlan"_s)->trigger();
    runs->selectRow(0);
    shown.find<QAction>(u"openRun"_s)->trigger();
    auto* outcome = shown.find<TableView>(u"outcomeTable"_s);
    QVERIFY(outcome->isVisible());
    QCOMPARE(outcome->model()->rowCount(), 3);
    QTRY_COMPARE(shown.tally(int(OutcomeKind::NotRun)), u"2 not run"_s);
    QVERIFY(shown.offers(u"resume"_s));
}

void TestReplayPanel::theReportIsSavedAsMarkdownOrCsv_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("begin");
    QTest::newRow("Markdown") << u"report.md"_s << QByteArray("# Replay run ");
    QTest::newRow("CSV") << u"report.csv"_s << QByteArray("event_id,topic,");
}

void TestReplayPanel::theReportIsSavedAsMarkdownOrCsv()
{
    QFETCH(QString, name);
    QFETCH(QByteArray, begin);
    Shown shown;
    shown.planRows();
    shown.runInSteps(QString());
    QTRY_VERIFY(shown.offers(u"resume"_s));
    shown.find<QAction>(u"saveReport"_s)->trigger();
    auto* prompt = shown.find<QFileDialog>(u"filePrompt"_s);
    QVERIFY(prompt);
    const QString path = shown.folder.filePath(name);
    emit prompt->fileSelected(path);
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(file.readAll().startsWith(begin));
    QVERIFY(shown.world.notes.last().contains(path));
}

OUTBOARD_OFFSCREEN_MAIN(TestReplayPanel)
#include "tst_replaypanel.moc"
