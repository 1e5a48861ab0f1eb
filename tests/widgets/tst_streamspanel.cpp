// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialogs/acknowledgedialog.h"
#include "dialogs/claimdialog.h"
#include "models/pendingmodel.h"
#include "panels/streamspanel.h"
#include "parts/label.h"
#include "parts/tableview.h"
#include "support/offscreenmain.h"
#include "widgets/panelworld.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QComboBox>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QSignalSpy>
#include <QTreeView>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// The panel with the pending list of order.paid / billing: five entries, idle for 7 min.
struct Shown
{
    explicit Shown(Profile profile = FakeBackends::shopProfile())
        : world(nullptr, std::move(profile))
        , panel(std::make_unique<StreamsPanel>(world.host()))
    {
        panel->resize(1100, 700);
        panel->show();
        world.round(*panel);
        QTRY_COMPARE(table()->model()->rowCount(), 5);
    }

    TableView* table() const { return panel->findChild<TableView*>(u"pendingTable"_s); }

    QTreeView* tree() const { return panel->findChild<QTreeView*>(u"streamsTree"_s); }

    template<class T>
    T* find(const QString& name) const
    {
        return panel->findChild<T*>(name);
    }

    QAction* action(const QString& name) const { return panel->findChild<QAction*>(name); }

    /// The open dialog of this kind, with writing unlocked.
    template<class Dialog>
    Dialog* open(const QString& actionName)
    {
        action(actionName)->trigger();
        auto* dialog = panel->window()->findChild<Dialog*>();
        Q_ASSERT(dialog);
        return dialog;
    }

    QString cell(int row, const QString& column) const
    {
        const QAbstractItemModel* model = table()->model();
        for (int i = 0; i < model->columnCount(); ++i) {
            if (model->headerData(i, Qt::Horizontal, ColumnIdRole) == column)
                return model->index(row, i).data().toString();
        }
        return u"no such column"_s;
    }

    qint64 pendingOfBilling() const
    {
        return world.backends->streams().pendingCount(
            BrokerTopic("order.paid"), GroupName("billing"));
    }

    PanelWorld world;
    std::unique_ptr<StreamsPanel> panel;
};

} // namespace

class TestStreamsPanel : public QObject
{
    Q_OBJECT

private slots:
    void theGroupInTroubleIsChosenByItself();
    void pendingEntriesTellAgeDeliveriesLedgerAndPayload();
    void selectionSurvivesARound();
    void textFilterAndIdleChoiceNarrowTheList();
    void theInspectorGetsTheWholeEntry();
    void rowsStayGreyedWhileTheBrokerIsGone();
    void nothingRunsWhileTheWriteLockIsClosed();
    void releasedEntriesKeepTheirConsumer();
    void claimForReplayFreezesExactlyTheSelection();
    void theCommandLineNamesEveryEntry();
    void acknowledgingUnprocessedEventsWarnsOfLoss();
    void productionWantsTheCountTyped();
    void aClaimRemedyOpensTheDialogForAllStuckEntries();
    void modelsKeepTheirPromises();
};

void TestStreamsPanel::theGroupInTroubleIsChosenByItself()
{
    const Shown shown;
    QCOMPARE(shown.tree()->currentIndex().data().toString(), u"billing"_s);
    QVERIFY(shown.find<Label>(u"pendingTitle"_s)->text().contains(u"order.paid / billing"));
}

void TestStreamsPanel::pendingEntriesTellAgeDeliveriesLedgerAndPayload()
{
    const Shown shown;
    QCOMPARE(shown.cell(0, u"event"_s), u"11"_s);
    QCOMPARE(shown.cell(0, u"deliveries"_s), u"1"_s);
    QCOMPARE(shown.cell(0, u"consumer"_s), u"billing-1"_s);
    QCOMPARE(shown.cell(0, u"ledger"_s), u"unprocessed"_s);
    QVERIFY(shown.cell(0, u"idle"_s).startsWith(u"7 min"));
    QVERIFY(shown.cell(0, u"payload"_s).contains(u"\"order_id\": 11"));
}

void TestStreamsPanel::selectionSurvivesARound()
{
    Shown shown;
    shown.table()->selectRow(2);
    const QString chosen = shown.cell(2, u"event"_s);
    // A consumer acknowledges the first entry meanwhile.
    auto& streams = shown.world.backends->streams();
    const EntryId first = *EntryId::parse(shown.cell(0, u"entry"_s).toLatin1());
    QVERIFY(streams.acknowledge(BrokerTopic("order.paid"), GroupName("billing"), first));
    shown.world.round(*shown.panel);
    QTRY_COMPARE(shown.table()->model()->rowCount(), 4);
    QCOMPARE(shown.table()->selectedRows(), QList<int>{1});
    QCOMPARE(shown.cell(1, u"event"_s), chosen);
}

void TestStreamsPanel::textFilterAndIdleChoiceNarrowTheList()
{
    const Shown shown;
    shown.find<QLineEdit>(u"pendingFilter"_s)->setText(u"\"order_id\": 13"_s);
    QTRY_COMPARE(shown.table()->model()->rowCount(), 1);
    QVERIFY(shown.find<Label>(u"pendingFooter"_s)->text().startsWith(u"1 of 5"));
    shown.find<QLineEdit>(u"pendingFilter"_s)->clear();
    QTRY_COMPARE(shown.table()->model()->rowCount(), 5);
    shown.find<QComboBox>(u"deliveriesChoice"_s)->setCurrentIndex(1);
    QTRY_COMPARE(shown.table()->model()->rowCount(), 0);
    shown.find<QComboBox>(u"deliveriesChoice"_s)->setCurrentIndex(0);
    shown.find<QComboBox>(u"idleChoice"_s)->setCurrentIndex(1);
    QTRY_COMPARE(shown.table()->model()->rowCount(), 5);
}

void TestStreamsPanel::theInspectorGetsTheWholeEntry()
{
    const Shown shown;
    shown.table()->selectRow(0);
    QVERIFY(shown.world.inspected);
    QCOMPARE(shown.world.inspected->title, u"11"_s);
    QVERIFY(shown.world.inspected->payload->contains("19.90"));
    const bool hasConsumer = std::ranges::any_of(
        shown.world.inspected->facts, [](const Field& fact) { return fact.value == "billing-1"; });
    QVERIFY(hasConsumer);
}

void TestStreamsPanel::rowsStayGreyedWhileTheBrokerIsGone()
{
    const Shown shown;
    shown.world.backends->broker().setUnreachable(true);
    shown.world.round(*shown.panel);
    QVERIFY(shown.table()->isStale());
    QCOMPARE(shown.table()->model()->rowCount(), 5);
    shown.world.backends->broker().setUnreachable(false);
    shown.world.round(*shown.panel);
    QVERIFY(!shown.table()->isStale());
}

void TestStreamsPanel::nothingRunsWhileTheWriteLockIsClosed()
{
    Shown shown;
    shown.table()->selectAll();
    auto* dialog = shown.open<ClaimDialog>(u"claim"_s);
    QVERIFY(!dialog->findChild<QPushButton*>(u"run"_s)->isEnabled());
    QVERIFY(!dialog->findChild<QPushButton*>(u"unlock"_s)->isHidden());
    dialog->findChild<QPushButton*>(u"unlock"_s)->click();
    QVERIFY(shown.world.session->isArmed());
    QVERIFY(dialog->findChild<QPushButton*>(u"run"_s)->isEnabled());
}

void TestStreamsPanel::releasedEntriesKeepTheirConsumer()
{
    Shown shown;
    QVERIFY(shown.world.session->arm({}));
    shown.table()->selectAll();
    auto* dialog = shown.open<ClaimDialog>(u"claim"_s);
    dialog->findChild<QRadioButton*>(u"effect1"_s)->click();
    dialog->findChild<QPushButton*>(u"run"_s)->click();
    QCOMPARE(shown.world.session->operations().size(), 1);
    Operation* operation = shown.world.session->operations().first();
    QTRY_COMPARE(operation->state(), Operation::State::Done);
    QCOMPARE(shown.pendingOfBilling(), 5);
    const EntryId first = *EntryId::parse(shown.cell(0, u"entry"_s).toLatin1());
    const auto pending = shown.world.backends->streams().pending(
        BrokerTopic("order.paid"), GroupName("billing"), first);
    QCOMPARE(pending->consumer, ConsumerName("billing-1"));
    QCOMPARE(pending->deliveries, 1);
}

void TestStreamsPanel::claimForReplayFreezesExactlyTheSelection()
{
    Shown shown;
    QVERIFY(shown.world.session->arm({}));
    shown.table()->selectRow(1);
    auto* dialog = shown.open<ClaimDialog>(u"claim"_s);
    QVERIFY(dialog->findChild<QRadioButton*>(u"effect0"_s)->isChecked());
    dialog->findChild<QPushButton*>(u"run"_s)->click();
    QVERIFY(shown.world.planned);
    QCOMPARE(shown.world.planned->entries.size(), size_t(1));
    QCOMPARE(shown.world.planned->entries.front().text(), shown.cell(1, u"entry"_s));
    QCOMPARE(shown.world.planned->group, GroupName("billing"));
    // Planning is no claim.
    QVERIFY(shown.world.session->operations().isEmpty());
}

void TestStreamsPanel::theCommandLineNamesEveryEntry()
{
    Shown shown;
    shown.table()->selectAll();
    auto* dialog = shown.open<ClaimDialog>(u"claim"_s);
    dialog->findChild<QRadioButton*>(u"effect2"_s)->click();
    dialog->findChild<QComboBox*>(u"consumer"_s)->setCurrentText(u"it's me"_s);
    const QString line = dialog->findChild<QPlainTextEdit*>(u"commandLine"_s)->toPlainText();
    for (int row = 0; row < 5; ++row)
        QVERIFY2(line.contains(u"--id "_s + shown.cell(row, u"entry"_s)), qPrintable(line));
    QVERIFY2(line.contains(u"--to 'it'\\''s me' --min-idle 1m"), qPrintable(line));
    auto* commands = dialog->findChild<QPlainTextEdit*>(u"commands"_s);
    QTRY_VERIFY2(
        commands->toPlainText().contains(u"CLAIM order.paid billing"),
        qPrintable(commands->toPlainText()));
}

void TestStreamsPanel::acknowledgingUnprocessedEventsWarnsOfLoss()
{
    Shown shown;
    QVERIFY(shown.world.session->arm({}));
    shown.table()->selectRow(0);
    auto* dialog = shown.open<AcknowledgeDialog>(u"acknowledge"_s);
    QVERIFY(dialog->findChild<QLabel*>(u"effect"_s)->text().contains(u"LOST"));
    // "What the ledger says is done" takes none of them.
    dialog->findChild<QRadioButton*>(u"ledgerDone"_s)->click();
    dialog->findChild<QPushButton*>(u"run"_s)->click();
    Operation* operation = shown.world.session->operations().first();
    QTRY_VERIFY(!operation->isRunning());
    QCOMPARE(shown.pendingOfBilling(), 5);
    shown.world.backends->ledgerTable().insert(EventId("11"));
    dialog = shown.open<AcknowledgeDialog>(u"acknowledge"_s);
    dialog->findChild<QRadioButton*>(u"ledgerDone"_s)->click();
    dialog->findChild<QPushButton*>(u"run"_s)->click();
    QTRY_COMPARE(shown.pendingOfBilling(), 4);
}

void TestStreamsPanel::productionWantsTheCountTyped()
{
    Profile profile = FakeBackends::shopProfile();
    profile.environment = Environment::Production;
    Shown shown(profile);
    QVERIFY(!shown.world.session->arm({}));
    QVERIFY(shown.world.session->arm(profile.name));
    shown.table()->selectAll();
    auto* dialog = shown.open<ClaimDialog>(u"claim"_s);
    auto* run = dialog->findChild<QPushButton*>(u"run"_s);
    QVERIFY(!run->isEnabled());
    dialog->findChild<QLineEdit*>(u"typed"_s)->setText(u"4"_s);
    QVERIFY(!run->isEnabled());
    dialog->findChild<QLineEdit*>(u"typed"_s)->setText(u"5"_s);
    QVERIFY(run->isEnabled());
}

void TestStreamsPanel::aClaimRemedyOpensTheDialogForAllStuckEntries()
{
    Shown shown;
    Remedy remedy;
    remedy.kind = RemedyKind::Claim;
    remedy.topic = BrokerTopic("order.paid");
    remedy.group = GroupName("billing");
    QVERIFY(shown.panel->apply(remedy));
    QTRY_VERIFY(shown.panel->window()->findChild<ClaimDialog*>());
    QCOMPARE(shown.table()->selectedRows().size(), 5);
    remedy.kind = RemedyKind::RelayBatch;
    QVERIFY(!shown.panel->apply(remedy));
}

void TestStreamsPanel::modelsKeepTheirPromises()
{
    const Shown shown;
    const QAbstractItemModelTester pending(
        shown.table()->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    const QAbstractItemModelTester tree(
        shown.tree()->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    auto& streams = shown.world.backends->streams();
    streams.deliver(BrokerTopic("order.paid"), GroupName("billing"), ConsumerName("billing-2"), 3);
    shown.world.round(*shown.panel);
    QTRY_COMPARE(shown.table()->model()->rowCount(), 8);
    shown.table()->model()->sort(2, Qt::DescendingOrder);
    shown.find<QLineEdit>(u"pendingFilter"_s)->setText(u"billing-2"_s);
    QTRY_COMPARE(shown.table()->model()->rowCount(), 3);
}

OUTBOARD_OFFSCREEN_MAIN(TestStreamsPanel)
#include "tst_streamspanel.moc"
