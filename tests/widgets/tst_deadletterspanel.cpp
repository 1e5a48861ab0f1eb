// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialogs/discarddialog.h"
#include "dialogs/notedialog.h"
#include "models/deadgroupmodel.h"
#include "models/deadlettermodel.h"
#include "panels/deadletterspanel.h"
#include "parts/label.h"
#include "parts/tablepane.h"
#include "parts/tableview.h"
#include "support/offscreenmain.h"
#include "widgets/panelworld.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabWidget>

using namespace outboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const BrokerTopic deadPaid("order.paid:dlq");

/// The panel over five dead letters of two kinds of error and one without any.
struct Shown
{
    explicit Shown(Profile profile = FakeBackends::shopProfile())
        : world(nullptr, std::move(profile))
    {
        world.session->setDeadStore(*DeadStore::open(world.directory.filePath(u"dead.sqlite"_s)));
        for (const char* id : {"11", "12", "13"})
            add(id, "no account " + QByteArray(id));
        add("14", "connect to 10.0.0.1:5432 refused");
        add("15", {});
        panel = std::make_unique<DeadLettersPanel>(world.host());
        panel->resize(1100, 700);
        panel->show();
        world.round(*panel);
        QTRY_COMPARE(events()->model()->rowCount(), 5);
    }

    void add(const QByteArray& id, const QByteArray& error)
    {
        QList<Field> fields{
            {"data", R"({"order_id": )" + id + '}'}, {"event_id", id}, {"group", "billing"}};
        if (!error.isEmpty())
            fields.append({"error", error});
        world.backends->streams().add(deadPaid, fields);
    }

    TableView* view(const QString& accessibleName) const
    {
        for (TableView* view : panel->findChildren<TableView*>()) {
            if (view->accessibleName() == accessibleName)
                return view;
        }
        return nullptr;
    }

    TableView* groups() const { return view(u"Groups of dead letters"_s); }

    TableView* events() const { return view(u"Dead letters"_s); }

    TableView* discarded() const { return view(u"Discarded dead letters"_s); }

    QAction* action(const QString& name) const { return panel->findChild<QAction*>(name); }

    static QString cell(const TableView* view, int row, const QString& column)
    {
        const QAbstractItemModel* model = view->model();
        for (int i = 0; i < model->columnCount(); ++i) {
            if (model->headerData(i, Qt::Horizontal, ColumnIdRole) == column)
                return model->index(row, i).data().toString();
        }
        return u"no such column"_s;
    }

    template<class Dialog>
    Dialog* open(const QString& actionName)
    {
        action(actionName)->trigger();
        auto* dialog = panel->window()->findChild<Dialog*>();
        Q_ASSERT(dialog);
        return dialog;
    }

    /// Discards what is selected, and waits until the panel knows.
    void discardSelected(int left)
    {
        QVERIFY(world.session->arm({}));
        auto* dialog = open<DiscardDialog>(u"discardDead"_s);
        dialog->findChild<QLineEdit*>(u"reason"_s)->setText(u"Ticket 12"_s);
        dialog->findChild<QPushButton*>(u"run"_s)->click();
        QTRY_VERIFY(!world.session->operations().last()->isRunning());
        QCOMPARE(world.session->operations().last()->state(), Operation::State::Done);
        world.round(*panel);
        QTRY_COMPARE(events()->model()->rowCount(), left);
    }

    PanelWorld world;
    std::unique_ptr<DeadLettersPanel> panel;
};

} // namespace

class TestDeadLettersPanel : public QObject
{
    Q_OBJECT

private slots:
    void groupsTellTopicGroupErrorAndCounts();
    void aGroupOpensIntoItsEvents();
    void theFilterNarrowsTheEvents();
    void theInspectorGetsErrorAndOrigin();
    void replayCarriesExactlyTheSelection();
    void withoutASelectionAllThatAreShownAreMeant();
    void discardingNeedsAReasonAndTheOpenLock();
    void discardedLettersAreListedAndRestored();
    void productionWantsTheCountTyped();
    void notesAreKeptWithTheirGroup();
    void theBadgeCountsWhatTheRoundCounts();
    void problemsAreShownAndRowsStayWhileTheBrokerIsGone();
    void nothingDeadSaysSo();
    void modelsKeepTheirPromises();
};

void TestDeadLettersPanel::groupsTellTopicGroupErrorAndCounts()
{
    const Shown shown;
    QCOMPARE(shown.groups()->model()->rowCount(), 3);
    QCOMPARE(Shown::cell(shown.groups(), 0, u"topic"_s), u"order.paid"_s);
    QCOMPARE(Shown::cell(shown.groups(), 0, u"group"_s), u"billing"_s);
    QCOMPARE(Shown::cell(shown.groups(), 0, u"error"_s), u"no account <n>"_s);
    QCOMPARE(Shown::cell(shown.groups(), 0, u"count"_s), u"3"_s);
    QCOMPARE(Shown::cell(shown.groups(), 0, u"hour"_s), u"3"_s);
    QCOMPARE(Shown::cell(shown.groups(), 2, u"error"_s), u"not recorded"_s);
    auto* headline = shown.panel->findChild<Label*>(u"deadHeadline"_s);
    QVERIFY2(headline->text().contains(u"5 dead letters in 3"), qPrintable(headline->text()));
}

void TestDeadLettersPanel::aGroupOpensIntoItsEvents()
{
    const Shown shown;
    shown.groups()->selectRow(1);
    QCOMPARE(shown.events()->model()->rowCount(), 1);
    QCOMPARE(Shown::cell(shown.events(), 0, u"event"_s), u"14"_s);
    QCOMPARE(Shown::cell(shown.events(), 0, u"place"_s), u"stream order.paid:dlq"_s);
    QCOMPARE(Shown::cell(shown.events(), 0, u"deliveries"_s), u"?"_s);
    shown.groups()->clearSelection();
    QCOMPARE(shown.events()->model()->rowCount(), 5);
}

void TestDeadLettersPanel::theFilterNarrowsTheEvents()
{
    const Shown shown;
    shown.panel->focusFilter();
    auto* filter = qobject_cast<QLineEdit*>(shown.panel->focusWidget());
    QVERIFY(filter);
    filter->setText(u"ACCOUNT 13"_s);
    QTRY_COMPARE(shown.events()->model()->rowCount(), 1);
    QCOMPARE(Shown::cell(shown.events(), 0, u"event"_s), u"13"_s);
}

void TestDeadLettersPanel::theInspectorGetsErrorAndOrigin()
{
    const Shown shown;
    shown.events()->selectRow(0);
    QVERIFY(shown.world.inspected);
    QCOMPARE(shown.world.inspected->title, u"11"_s);
    QCOMPARE(shown.world.inspected->payload, std::optional<QByteArray>(R"({"order_id": 11})"));
    QCOMPARE(shown.world.inspected->facts.first().value, QByteArray("no account 11"));
    const bool hasPlace = std::ranges::any_of(shown.world.inspected->facts, [](const Field& fact) {
        return fact.value == "stream order.paid:dlq";
    });
    QVERIFY(hasPlace);
}

void TestDeadLettersPanel::replayCarriesExactlyTheSelection()
{
    const Shown shown;
    shown.events()->selectRow(1);
    QCOMPARE(shown.action(u"replayDead"_s)->text(), u"Replay 1…"_s);
    shown.action(u"replayDead"_s)->trigger();
    QVERIFY(shown.world.planned);
    QCOMPARE(shown.world.planned->from, PlanRequest::From::Dead);
    QCOMPARE(shown.world.planned->dead.size(), 1);
    QCOMPARE(shown.world.planned->dead.first().eventId, EventId("12"));
    QCOMPARE(shown.world.planned->group, GroupName("billing"));
    QCOMPARE(shown.world.planned->topic, std::optional(BrokerTopic("order.paid")));
}

void TestDeadLettersPanel::withoutASelectionAllThatAreShownAreMeant()
{
    const Shown shown;
    shown.groups()->selectRow(0);
    QCOMPARE(shown.action(u"replayDead"_s)->text(), u"Replay 3…"_s);
    shown.action(u"replayDead"_s)->trigger();
    QCOMPARE(shown.world.planned->dead.size(), 3);
}

void TestDeadLettersPanel::discardingNeedsAReasonAndTheOpenLock()
{
    Shown shown;
    shown.events()->selectRow(0);
    auto* dialog = shown.open<DiscardDialog>(u"discardDead"_s);
    auto* run = dialog->findChild<QPushButton*>(u"run"_s);
    QVERIFY(!run->isEnabled());
    dialog->findChild<QLineEdit*>(u"reason"_s)->setText(u"Ticket 12"_s);
    QVERIFY(!run->isEnabled());
    QVERIFY(shown.world.session->arm({}));
    QVERIFY(run->isEnabled());
    dialog->findChild<QLineEdit*>(u"reason"_s)->setText(u"  "_s);
    QVERIFY(!run->isEnabled());
    auto* commands = dialog->findChild<QPlainTextEdit*>(u"commands"_s);
    QTRY_COMPARE(commands->toPlainText(), u"REMOVE 1 from order.paid:dlq"_s);
    QCOMPARE(dialog->findChild<QLabel*>(u"places"_s)->text(), u"1 in stream order.paid:dlq"_s);
}

void TestDeadLettersPanel::discardedLettersAreListedAndRestored()
{
    Shown shown;
    shown.groups()->selectRow(0);
    shown.events()->selectAll();
    // The group that was selected is gone with them, so that all are shown again.
    shown.discardSelected(2);
    QTRY_COMPARE(shown.discarded()->model()->rowCount(), 3);
    QCOMPARE(Shown::cell(shown.discarded(), 0, u"reason"_s), u"Ticket 12"_s);
    QCOMPARE(Shown::cell(shown.discarded(), 0, u"state"_s), u"discarded"_s);
    auto* tabs = shown.panel->findChild<QTabWidget*>(u"deadTabs"_s);
    QCOMPARE(tabs->tabText(1), u"Discarded (3)"_s);

    QVERIFY(!shown.action(u"restoreDead"_s)->isEnabled());
    shown.discarded()->selectRow(0);
    auto* dialog = shown.open<RestoreDialog>(u"restoreDead"_s);
    dialog->findChild<QPushButton*>(u"run"_s)->click();
    QTRY_VERIFY(!shown.world.session->operations().last()->isRunning());
    shown.world.round(*shown.panel);
    QTRY_COMPARE(shown.events()->model()->rowCount(), 3);
    QTRY_COMPARE(shown.discarded()->model()->rowCount(), 2);
}

void TestDeadLettersPanel::productionWantsTheCountTyped()
{
    Profile profile = FakeBackends::shopProfile();
    profile.environment = Environment::Production;
    Shown shown(profile);
    QVERIFY(shown.world.session->arm(u"shop"_s));
    auto* dialog = shown.open<DiscardDialog>(u"discardDead"_s);
    dialog->findChild<QLineEdit*>(u"reason"_s)->setText(u"Ticket 12"_s);
    auto* run = dialog->findChild<QPushButton*>(u"run"_s);
    QVERIFY(!run->isEnabled());
    dialog->findChild<QLineEdit*>(u"typed"_s)->setText(u"5"_s);
    QVERIFY(run->isEnabled());
}

void TestDeadLettersPanel::notesAreKeptWithTheirGroup()
{
    Shown shown;
    QVERIFY(!shown.action(u"deadNote"_s)->isEnabled());
    shown.groups()->selectRow(0);
    auto* dialog = shown.open<NoteDialog>(u"deadNote"_s);
    dialog->findChild<QPlainTextEdit*>(u"noteText"_s)->setPlainText(u"Known since Monday."_s);
    dialog->findChild<QPushButton*>(u"saveNote"_s)->click();
    QTRY_COMPARE(Shown::cell(shown.groups(), 0, u"note"_s), u"Known since Monday."_s);
}

void TestDeadLettersPanel::theBadgeCountsWhatTheRoundCounts()
{
    const Shown shown;
    QSignalSpy badges(shown.panel.get(), &Panel::badgeChanged);
    shown.world.round(*shown.panel);
    QCOMPARE(badges.last().at(0).toString(), u"5"_s);
    QCOMPARE(
        shown.world.session->poller().history().latest(Series::Dead), std::optional<double>(5));
}

void TestDeadLettersPanel::problemsAreShownAndRowsStayWhileTheBrokerIsGone()
{
    Shown shown;
    shown.world.backends->outbox().setUnreachable(true);
    *shown.world.now += 1min;
    shown.world.round(*shown.panel);
    auto* headline = shown.panel->findChild<Label*>(u"deadHeadline"_s);
    QTRY_VERIFY(headline->text().contains(u"Dead rows of the outbox are missing"));
    QCOMPARE(shown.events()->model()->rowCount(), 5);
    shown.world.backends->broker().setUnreachable(true);
    *shown.world.now += 1min;
    shown.world.round(*shown.panel);
    QTRY_VERIFY(shown.groups()->isStale());
    QCOMPARE(shown.events()->model()->rowCount(), 5);
}

void TestDeadLettersPanel::nothingDeadSaysSo()
{
    PanelWorld world;
    DeadLettersPanel panel(world.host());
    panel.show();
    world.round(panel);
    auto* headline = panel.findChild<Label*>(u"deadHeadline"_s);
    QTRY_VERIFY(headline->text().startsWith(u"0 dead letters"));
    QVERIFY(!panel.findChild<QAction*>(u"replayDead"_s)->isEnabled());
}

void TestDeadLettersPanel::modelsKeepTheirPromises()
{
    DeadGroupModel groups;
    DeadLetterModel letters{PayloadMask()};
    DiscardedModel discarded;
    const QAbstractItemModelTester first(&groups);
    const QAbstractItemModelTester second(&letters);
    const QAbstractItemModelTester third(&discarded);
    std::vector<DeadLetter> rows;
    for (int i = 0; i < 20; ++i) {
        DeadLetter letter;
        letter.id.id = QByteArray::number(i);
        letter.eventId = EventId(QByteArray::number(i % 7));
        if (i % 3 > 0)
            letter.diedAt = TimePoint(std::chrono::seconds(i));
        rows.push_back(letter);
    }
    letters.setRows(rows);
    for (int column = 0; column < letters.columnCount(); ++column)
        letters.sort(column, Qt::DescendingOrder);
    QCOMPARE(letters.rowCount(), 20);
    rows.resize(5);
    letters.setRows(rows);
    QCOMPARE(letters.rowCount(), 5);
    groups.setRows({DeadGroup()});
    DiscardedLetter row;
    row.id = u"1"_s;
    discarded.setRows({row});
    QCOMPARE(discarded.rowCount(), 1);
}

OUTBOARD_OFFSCREEN_MAIN(TestDeadLettersPanel)
#include "tst_deadletterspanel.moc"
