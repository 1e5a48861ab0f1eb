// SPDX-License-Identifier: GPL-3.0-or-later
#include "mainwindow.h"
#include "panels/deadletterspanel.h"
#include "panels/outboxpanel.h"
#include "panels/streamspanel.h"
#include "parts/inspector.h"
#include "parts/payloadview.h"
#include "parts/tableview.h"
#include "services/payloadmask.h"
#include "services/runreport.h"
#include "support/offscreenmain.h"
#include "support/printers.h"
#include "widgets/panelworld.h"

#include <QClipboard>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QToolButton>

using namespace outboard;
using namespace Qt::StringLiterals;

namespace {

// Found nowhere by chance.
const QByteArray hidden = "Zq7distinctValue8Wx";
const QByteArray payload = R"({"order_id": 1, "customer": {"email": ")" + hidden + R"("}})";

Profile production()
{
    Profile profile = FakeBackends::shopProfile();
    profile.environment = Environment::Production;
    return profile;
}

/// Adds events whose payload holds what is to be hidden, to all three places.
void fill(const FakeBackends& backends)
{
    backends.outboxTable().insert(100, "order.paid", payload);
    const BrokerTopic stream("order.paid");
    backends.streams().add("order.paid", "101", payload);
    backends.streams().deliver(stream, GroupName("billing"), ConsumerName("billing-2"), 9);
    backends.streams().add(
        BrokerTopic("order.paid:dlq"),
        {{"data", payload}, {"event_id", "102"}, {"email", hidden}, {"error", "bad"}});
}

/// All that can leave a table: cells and tool tips, and what is copied and exported.
QByteArray exitsOf(const TableView& view, const QString& path)
{
    const QAbstractItemModel& model = *view.model();
    QByteArray all;
    for (int row = 0; row < model.rowCount(); ++row) {
        for (int column = 0; column < model.columnCount(); ++column) {
            const QModelIndex index = model.index(row, column);
            all += index.data().toString().toUtf8() + '\n'
                   + index.data(Qt::ToolTipRole).toString().toUtf8() + '\n';
        }
    }
    all += view.selectionAsTsv().toUtf8() + view.selectionAsJson();
    if (!view.exportCsv(path))
        return "not exported";
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? all + file.readAll() : QByteArray("not read");
}

} // namespace

/// In production what is to be hidden leaves the window nowhere, unless it is unmasked.
class TestMaskedWindow : public QObject
{
    Q_OBJECT

private slots:
    void tablesHideItInEveryExit_data();
    void tablesHideItInEveryExit();
    void theInspectorHidesIt_data();
    void theInspectorHidesIt();
    void unmaskingIsJournaledAndEndsWithTheSelection();
    void withoutAJournalNothingIsUnmasked();
    void anUnmaskedPayloadMayBeCopied();
    void reportsAndTheJournalsExportsDoNotHoldIt();

private:
    template<class PanelType>
    static std::unique_ptr<Panel> make(PanelWorld& world)
    {
        return std::make_unique<PanelType>(world.host());
    }
};

void TestMaskedWindow::tablesHideItInEveryExit_data()
{
    QTest::addColumn<QString>("panel");
    QTest::addColumn<bool>("isMasked");
    for (const QString& panel : {u"outbox"_s, u"streams"_s, u"dead"_s}) {
        QTest::newRow(qPrintable(panel + u", production"_s)) << panel << true;
        // Else the others would prove nothing.
        QTest::newRow(qPrintable(panel + u", development"_s)) << panel << false;
    }
}

void TestMaskedWindow::tablesHideItInEveryExit()
{
    QFETCH(QString, panel);
    QFETCH(bool, isMasked);
    PanelWorld world(nullptr, isMasked ? production() : FakeBackends::shopProfile());
    fill(*world.backends);
    world.session->setDeadStore(*DeadStore::open(world.directory.filePath(u"dead.sqlite"_s)));
    const std::unique_ptr<Panel> shown = panel == u"outbox"    ? make<OutboxPanel>(world)
                                         : panel == u"streams" ? make<StreamsPanel>(world)
                                                               : make<DeadLettersPanel>(world);
    shown->resize(1100, 700);
    shown->show();
    world.round(*shown);
    const QString path = world.directory.filePath(u"out.csv"_s);
    const auto everything = [&] {
        QByteArray all;
        for (TableView* view : shown->findChildren<TableView*>()) {
            if (!view->model())
                continue;
            view->selectAll();
            all += exitsOf(*view, path);
        }
        return all;
    };
    QTRY_VERIFY(everything().contains("order_id"));
    QTRY_VERIFY(everything().contains(isMasked ? "•••" : hidden));
    QCOMPARE(everything().contains(hidden), !isMasked);
}

void TestMaskedWindow::theInspectorHidesIt_data()
{
    QTest::addColumn<QString>("form");
    for (const QString& form : {u"JSON"_s, u"Text"_s, u"Hex"_s})
        QTest::newRow(qPrintable(form)) << form;
}

void TestMaskedWindow::theInspectorHidesIt()
{
    QFETCH(QString, form);
    Inspector inspector;
    inspector.setMask(PayloadMask(production()));
    inspector.resize(400, 600);
    inspector.QWidget::show();
    Inspected inspected;
    inspected.title = u"17"_s;
    inspected.payload = payload;
    inspected.headers = {{"data", payload}, {"email", hidden}, {"error", "bad"}};
    inspector.show(inspected);
    auto* choice = inspector.findChild<QToolButton*>(u"choice:"_s + form);
    QVERIFY(choice);
    choice->click();
    const QString text = inspector.findChild<QPlainTextEdit*>(u"payloadText"_s)->toPlainText();
    QVERIFY2(!text.contains(QString::fromLatin1(hidden)), qPrintable(text));
    QVERIFY2(!text.contains(QString::fromLatin1(hidden.first(4).toHex(' '))), qPrintable(text));
    QVERIFY(!text.isEmpty());
    for (const QLineEdit* edit : inspector.findChildren<QLineEdit*>())
        QVERIFY2(!edit->text().contains(QString::fromLatin1(hidden)), qPrintable(edit->text()));
    inspector.findChild<PayloadView*>()->copy();
    const QString copied = QGuiApplication::clipboard()->text();
    QVERIFY(!copied.isEmpty());
    QVERIFY2(!copied.contains(QString::fromLatin1(hidden)), qPrintable(copied));
    QVERIFY2(!copied.contains(QString::fromLatin1(hidden.toHex(' '))), qPrintable(copied));
    QVERIFY(inspector.findChild<QPushButton*>(u"unmaskPayload"_s)->isVisible());
}

void TestMaskedWindow::unmaskingIsJournaledAndEndsWithTheSelection()
{
    PanelWorld world(nullptr, production());
    MainWindow window(*world.session, world.settings);
    window.show();
    auto* inspector = window.findChild<Inspector*>(u"inspector"_s);
    QVERIFY(inspector);
    window.findChild<QWidget*>(u"inspectorPane"_s)->show();
    const auto text = [inspector] {
        return inspector->findChild<QPlainTextEdit*>(u"payloadText"_s)->toPlainText().toUtf8();
    };
    auto* unmask = inspector->findChild<QPushButton*>(u"unmaskPayload"_s);
    Inspected inspected;
    inspected.title = u"17"_s;
    inspected.payload = payload;
    inspector->show(inspected);
    QVERIFY(!text().contains(hidden));
    QVERIFY(!world.session->isArmed());
    unmask->click();
    QTRY_VERIFY(text().contains(hidden));
    QVERIFY(!unmask->isVisible());

    const auto page = world.session->journalPage({}, std::nullopt, 10);
    QTRY_VERIFY(page.isFinished());
    QVERIFY_RESULT(page.result());
    QCOMPARE(page.result()->entries.size(), 1);
    QCOMPARE(page.result()->entries.first().action, u"unmask"_s);
    QVERIFY(page.result()->entries.first().result.contains(u"17"));

    // The same event, as the next round shows it: still unmasked.
    inspected.facts = {{"Age", "2 s"}};
    inspector->show(inspected);
    QVERIFY(text().contains(hidden));
    inspected.title = u"18"_s;
    inspector->show(inspected);
    QVERIFY(!text().contains(hidden));
    inspected.title = u"17"_s;
    inspector->show(inspected);
    QVERIFY(!text().contains(hidden));
    unmask->click();
    QTRY_VERIFY(text().contains(hidden));
    inspector->show(std::nullopt);
    inspector->show(inspected);
    QVERIFY(!text().contains(hidden));
}

void TestMaskedWindow::withoutAJournalNothingIsUnmasked()
{
    PanelWorld world(nullptr, production());
    Session session(
        world.backends,
        nullptr,
        Error{Error::Kind::Refused, u"The disk is full."_s, {}},
        systemClock());
    MainWindow window(session, world.settings);
    auto* inspector = window.findChild<Inspector*>(u"inspector"_s);
    Inspected inspected;
    inspected.title = u"17"_s;
    inspected.payload = payload;
    inspector->show(inspected);
    const auto written = session.unmask(u"17"_s);
    inspector->findChild<QPushButton*>(u"unmaskPayload"_s)->click();
    QTRY_VERIFY(written.isFinished());
    // One more turn of the lane: the answer to the click is there as well.
    const auto after = session.unmask(u"17"_s);
    QTRY_VERIFY(after.isFinished());
    QCoreApplication::sendPostedEvents();
    QVERIFY(!inspector->findChild<QPlainTextEdit*>(u"payloadText"_s)
                 ->toPlainText()
                 .toUtf8()
                 .contains(hidden));
}

void TestMaskedWindow::anUnmaskedPayloadMayBeCopied()
{
    Inspector inspector;
    inspector.setMask(PayloadMask(production()));
    Inspected inspected;
    inspected.title = u"17"_s;
    inspected.payload = payload;
    inspector.show(inspected);
    inspector.unmask(u"18"_s);
    inspector.findChild<PayloadView*>()->copy();
    QVERIFY(QGuiApplication::clipboard()->text() != QString::fromUtf8(payload));
    inspector.unmask(u"17"_s);
    inspector.findChild<PayloadView*>()->copy();
    QCOMPARE(QGuiApplication::clipboard()->text(), QString::fromUtf8(payload));
}

void TestMaskedWindow::reportsAndTheJournalsExportsDoNotHoldIt()
{
    RunRecord record;
    PlanItem item;
    item.event.id = EventId("17");
    item.event.payload = payload;
    record.plan.items = {item};
    Outcome outcome;
    outcome.item = 0;
    outcome.eventId = item.event.id;
    record.report.outcomes = {outcome};
    for (const QByteArray& report : {reportAsMarkdown(record), reportAsCsv(record)}) {
        QVERIFY(report.contains("17"));
        QVERIFY2(!report.contains(hidden), report.constData());
    }

    PanelWorld world(nullptr, production());
    fill(*world.backends);
    QVERIFY_RESULT(world.session->arm(u"shop"_s));
    world.session->setDeadStore(*DeadStore::open(world.directory.filePath(u"dead.sqlite"_s)));
    const auto dead = world.session->deadLetters({});
    QTRY_VERIFY(dead.isFinished());
    QVERIFY_RESULT(dead.result());
    QVERIFY(!dead.result()->letters.isEmpty());
    const auto discarded = world.session->discardDead(dead.result()->letters, u"Ticket 12"_s);
    QTRY_VERIFY(discarded.answer.isFinished());
    QVERIFY_RESULT(discarded.answer.result());
    const auto relayed = world.session->relay({});
    QTRY_VERIFY(relayed.answer.isFinished());
    QVERIFY_RESULT(relayed.answer.result());
    for (const JournalFormat format : {JournalFormat::Csv, JournalFormat::Json}) {
        const QString path = world.directory.filePath(u"journal.out"_s);
        const auto written = world.session->exportJournal(path, format, {});
        QTRY_VERIFY(written.isFinished());
        QVERIFY_RESULT(written.result());
        QVERIFY(written.result().value() >= 3);
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray content = file.readAll();
        QVERIFY(content.contains("discard"));
        QVERIFY2(!content.contains(hidden), content.constData());
    }
}

OUTBOARD_OFFSCREEN_MAIN(TestMaskedWindow)
#include "tst_maskedwindow.moc"
