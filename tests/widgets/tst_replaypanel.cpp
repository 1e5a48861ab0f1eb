// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialogs/replaydialog.h"
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
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QToolButton>

using namespace outboard;
using namespace Qt::StringLiterals;

namespace {

/// The panel with a local store of its own.
struct Shown
{
    Shown()
        : world(*RunStore::open(folder.filePath(u"store/outboard.sqlite"_s)))
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

    ReplayDialog* openDialog() const
    {
        find<QAction>(u"replayAction"_s)->trigger();
        return panel->findChild<ReplayDialog*>();
    }

    QTemporaryDir folder;
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
};

void TestReplayPanel::verdictsAreShownBeforeAnythingRuns()
{
    Shown shown;
    shown.planPending();
    QCOMPARE(shown.tally(int(Verdict::Run)), u"4 will run"_s);
    QCOMPARE(shown.tally(int(Verdict::Processed)), u"1 already processed"_s);
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
    QCOMPARE(shown.tally(int(OutcomeKind::Skipped)), u"1 skipped"_s);
    QVERIFY(shown.find<Label>(u"result"_s)->text().startsWith(u"4 applied"));
    QCOMPARE(shown.find<TableView>(u"runs"_s)->model()->rowCount(), 1);
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
    QCOMPARE(shown.tally(int(Verdict::Processed)), u"1 already processed"_s);
    QCOMPARE(shown.tally(int(Verdict::PayloadMissing)), u"1 payload missing"_s);
    QCOMPARE(shown.tally(int(Verdict::Run)), u"1 will run"_s);
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

OUTBOARD_OFFSCREEN_MAIN(TestReplayPanel)
#include "tst_replaypanel.moc"
