// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialogs/replaydialog.h"
#include "dialogs/resumedialog.h"
#include "mainwindow.h"
#include "model/plan.h"
#include "parts/label.h"
#include "parts/tableview.h"
#include "services/session.h"
#include "store/journal.h"
#include "store/runstore.h"
#include "support/fakebackends.h"
#include "support/offscreenmain.h"
#include "support/printers.h"

#include <QAction>
#include <QCheckBox>
#include <QFileDialog>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSettings>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QToolButton>

using namespace outboard;
using namespace Qt::StringLiterals;

namespace {

/// The whole window on servers in memory.
struct World
{
    World()
        : backends(std::make_shared<FakeBackends>())
        , settings(directory.filePath(u"s.ini"_s), QSettings::IniFormat)
        , runs(*RunStore::open(directory.filePath(u"runs.sqlite"_s)))
    {
        backends->fillShop();
        const TimePoint now = backends->streams().now();
        settings.setValue(u"window/refreshSeconds"_s, 0);
        session = std::make_unique<Session>(
            backends, runs, Journal::open(directory.filePath(u"journal.sqlite"_s)), [now] {
                return now;
            });
        window = std::make_unique<MainWindow>(*session, settings);
        window->show();
        session->poller().pollNow();
    }

    template<class T>
    T* find(const QString& name) const
    {
        return window->findChild<T*>(name);
    }

    void open(const QString& panel) const { find<QAction>(u"command:open:"_s + panel)->trigger(); }

    QString tally(int kind) const
    {
        for (const QToolButton* button :
             window->findChildren<QToolButton*>(u"tally%1"_s.arg(kind))) {
            if (button->isVisible())
                return button->text();
        }
        return {};
    }

    bool isOffered(const QString& button) const
    {
        auto* found = find<QPushButton>(button);
        return found && found->isVisible() && found->isEnabled();
    }

    size_t sent() const
    {
        return backends->streams().entries(BrokerTopic("order.paid")).size() - 18;
    }

    QTemporaryDir directory;
    std::shared_ptr<FakeBackends> backends;
    QSettings settings;
    std::shared_ptr<RunStore> runs;
    std::unique_ptr<Session> session;
    std::unique_ptr<MainWindow> window;
};

} // namespace

class TestReplayWindow : public QObject
{
    Q_OBJECT

private slots:
    void fromTheSelectionToTheReport();
    void closingTheWindowLeavesARunThatCanBeResumed();
};

void TestReplayWindow::fromTheSelectionToTheReport()
{
    World world;
    // Select: the twelve rows of the outbox that wait.
    world.open(u"outbox"_s);
    QTRY_VERIFY(world.find<QAction>(u"replayRows"_s));
    auto* rows = world.find<TableView>(u"outboxRows"_s);
    QVERIFY(rows);
    QTRY_VERIFY(rows->model()->rowCount() >= 12);
    rows->selectAll();
    world.find<QAction>(u"replayRows"_s)->trigger();

    // Plan, and the dry run: nothing was sent yet.
    auto* plan = world.find<TableView>(u"planTable"_s);
    QTRY_COMPARE(plan->model()->rowCount(), rows->model()->rowCount());
    QVERIFY(plan->isVisible());
    QTRY_COMPARE(world.tally(int(Verdict::Run)), u"12 will run"_s);
    QCOMPARE(world.sent(), size_t(0));

    // Canary.
    QVERIFY(world.session->arm({}));
    QVERIFY(world.isOffered(u"replayActionButton"_s));
    world.find<QPushButton>(u"replayActionButton"_s)->click();
    auto* dialog = world.find<ReplayDialog>(u"replayDialog"_s);
    QVERIFY(dialog);
    dialog->findChild<QLineEdit*>(u"canary"_s)->setText(u"2"_s);
    dialog->findChild<QSpinBox*>(u"watchSeconds"_s)->setValue(0);
    dialog->findChild<QPushButton*>(u"run"_s)->click();
    QTRY_VERIFY(world.isOffered(u"goOnButton"_s));
    QCOMPARE(world.sent(), size_t(2));
    QTRY_COMPARE(world.tally(int(OutcomeKind::NoVerdict)), u"2 sent, no verdict yet"_s);

    // Stop.
    world.find<QPushButton>(u"stopRunButton"_s)->click();
    QTRY_VERIFY(world.isOffered(u"resumeButton"_s));
    QCOMPARE(world.sent(), size_t(2));

    // Resume, through to the end; the consumers confirm.
    world.find<QPushButton>(u"resumeButton"_s)->click();
    auto* resume = world.find<ResumeDialog>(u"resumeDialog"_s);
    QVERIFY(resume);
    resume->findChild<QCheckBox*>(u"askAtSteps"_s)->setChecked(false);
    for (int id = 1; id <= 30; ++id)
        world.backends->ledgerTable().insert(EventId(QByteArray::number(id)));
    resume->findChild<QPushButton*>(u"run"_s)->click();

    // Outcome.
    QTRY_COMPARE(world.find<Label>(u"runState"_s)->text(), u"Done"_s);
    QVERIFY(world.tally(int(OutcomeKind::NotRun)).isEmpty());
    QTRY_VERIFY(!world.tally(int(OutcomeKind::Applied)).isEmpty());

    // Report.
    world.find<QPushButton>(u"saveReportButton"_s)->click();
    auto* prompt = world.find<QFileDialog>(u"filePrompt"_s);
    QVERIFY(prompt);
    const QString path = world.directory.filePath(u"report.csv"_s);
    emit prompt->fileSelected(path);
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll().count('\n'), plan->model()->rowCount() + 1);
}

void TestReplayWindow::closingTheWindowLeavesARunThatCanBeResumed()
{
    World world;
    world.open(u"replay"_s);
    world.find<QPlainTextEdit>(u"eventIds"_s)->setPlainText(u"19 20 21"_s);
    world.find<QPushButton>(u"planIds"_s)->click();
    QTRY_COMPARE(world.find<TableView>(u"planTable"_s)->model()->rowCount(), 3);
    QVERIFY(world.session->arm({}));
    world.find<QPushButton>(u"replayActionButton"_s)->click();
    auto* dialog = world.find<ReplayDialog>(u"replayDialog"_s);
    dialog->findChild<QLineEdit*>(u"canary"_s)->setText(u"1"_s);
    dialog->findChild<QSpinBox*>(u"watchSeconds"_s)->setValue(0);
    dialog->findChild<QPushButton*>(u"run"_s)->click();
    QTRY_VERIFY(world.isOffered(u"goOnButton"_s));
    world.window.reset();
    world.session.reset();
    const auto runs = world.runs->list(u"shop"_s, 10);
    QVERIFY_RESULT(runs);
    QCOMPARE(runs->size(), 1);
    QVERIFY(!runs->first().finishedAt);
    QCOMPARE(runs->first().report.notRun, 2);
    QCOMPARE(runs->first().report.inDoubt, 0);
    QCOMPARE(world.sent(), size_t(1));
}

OUTBOARD_OFFSCREEN_MAIN(TestReplayWindow)
#include "tst_replaywindow.moc"
