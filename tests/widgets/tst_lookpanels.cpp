// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/reconcilemodel.h"
#include "models/tracemodel.h"
#include "panels/reconcilepanel.h"
#include "panels/tracepanel.h"
#include "panelworld.h"
#include "parts/label.h"
#include "parts/tableview.h"
#include "support/offscreenmain.h"
#include "support/printers.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QLineEdit>

using namespace outboard;
using namespace Qt::StringLiterals;

/// The panels that look for events: Trace and Reconcile.
class TestLookPanels : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void aTimelineIsShownInOrder();
    void whatNobodyKnowsIsSaidToBeNowhere();
    void anEventIsFrozenIntoAPlan();
    void aDeadBrokerIsSaid();
    void whatIsLostIsListedAndPlanned();
    void nothingContradictsAtFirst();
    void aRemedyCompares();
    void theModelsKeepTheirPromises();

private:
    template<class P>
    TableView* table(P& panel) const
    {
        return panel.template findChild<TableView*>();
    }

    template<class P>
    QAction* action(P& panel, const QString& name) const
    {
        for (QAction* action : panel.panelActions()) {
            if (action->objectName() == name)
                return action;
        }
        return nullptr;
    }

    QStringList column(const QAbstractItemModel& model, const QString& title) const;
    void compare(ReconcilePanel& panel) const;

    std::unique_ptr<PanelWorld> m_world;
};

void TestLookPanels::init()
{
    m_world = std::make_unique<PanelWorld>();
}

QStringList TestLookPanels::column(const QAbstractItemModel& model, const QString& title) const
{
    for (int i = 0; i < model.columnCount(); ++i) {
        if (model.headerData(i, Qt::Horizontal).toString() != title)
            continue;
        QStringList texts;
        for (int row = 0; row < model.rowCount(); ++row)
            texts << model.index(row, i).data().toString();
        return texts;
    }
    return {u"no column "_s + title};
}

void TestLookPanels::aTimelineIsShownInOrder()
{
    TracePanel panel(m_world->host());
    QVERIFY(panel.trace(u"3"_s));
    auto* model = table(panel)->model();
    QTRY_VERIFY(model->rowCount() >= 5);
    const QStringList what = column(*model, u"What"_s);
    const qsizetype committed = what.indexOf(traceWhatTitle(TraceWhat::Committed));
    const qsizetype relayed = what.indexOf(traceWhatTitle(TraceWhat::Relayed));
    QVERIFY2(committed == 0 && relayed > committed, qPrintable(what.join(u", "_s)));
    QCOMPARE(panel.findChild<Label*>(u"traceTitle"_s)->text(), u"Event 3"_s);
    QVERIFY(m_world->inspected);
    QCOMPARE(m_world->inspected->title, u"3"_s);
    QVERIFY(m_world->inspected->payload);
    QCOMPARE(m_world->inspected->facts.size(), model->rowCount());
}

void TestLookPanels::whatNobodyKnowsIsSaidToBeNowhere()
{
    TracePanel panel(m_world->host());
    panel.findChild<QLineEdit*>(u"traceWhat"_s)->setText(u"4711"_s);
    action(panel, u"trace"_s)->trigger();
    QVERIFY(!action(panel, u"traceReplay"_s)->isEnabled());
    const auto isSaid = [&] {
        for (const QLabel* label : panel.findChildren<QLabel*>()) {
            if (label->text().contains(u"Nothing was found"))
                return true;
        }
        return false;
    };
    QTRY_VERIFY(isSaid());
    QCOMPARE(table(panel)->model()->rowCount(), 0);
    QVERIFY(!action(panel, u"traceReplay"_s)->isEnabled());
}

void TestLookPanels::anEventIsFrozenIntoAPlan()
{
    TracePanel panel(m_world->host());
    panel.trace(u"12"_s);
    QTRY_VERIFY(action(panel, u"traceReplay"_s)->isEnabled());
    action(panel, u"traceReplay"_s)->trigger();
    QVERIFY(m_world->planned);
    QCOMPARE(m_world->planned->ids, std::vector{EventId("12")});
}

void TestLookPanels::aDeadBrokerIsSaid()
{
    m_world->backends->broker().setUnreachable(true);
    ReconcilePanel panel(m_world->host());
    action(panel, u"reconcile"_s)->trigger();
    auto* headline = panel.findChild<Label*>(u"reconcileHeadline"_s);
    QTRY_COMPARE(headline->tone(), Tone::Critical);
    QVERIFY(action(panel, u"reconcile"_s)->isEnabled());
}

void TestLookPanels::compare(ReconcilePanel& panel) const
{
    action(panel, u"reconcile"_s)->trigger();
    QVERIFY(!action(panel, u"reconcile"_s)->isEnabled());
    QTRY_VERIFY(action(panel, u"reconcile"_s)->isEnabled());
}

void TestLookPanels::nothingContradictsAtFirst()
{
    ReconcilePanel panel(m_world->host());
    compare(panel);
    QCOMPARE(table(panel)->model()->rowCount(), 0);
    const QString headline = panel.findChild<Label*>(u"reconcileHeadline"_s)->text();
    QVERIFY2(headline.contains(u"rows and 18 entries compared"), qPrintable(headline));
}

/// A row that is marked, with no entry and no ledger.
void TestLookPanels::whatIsLostIsListedAndPlanned()
{
    const OutboxRowId row = m_world->backends->outboxTable().insert(31, "order.paid", "{}");
    m_world->backends->outboxTable().setState(row, RowState::Published);
    ReconcilePanel panel(m_world->host());
    compare(panel);
    auto* model = table(panel)->model();
    QCOMPARE(model->rowCount(), 1);
    QVERIFY(panel.findChild<Label*>(u"reconcileHeadline"_s)->text().contains(u"1 lost"));
    QVERIFY(action(panel, u"reconcileReplay"_s)->isEnabled());
    QVERIFY(!action(panel, u"reconcileAcknowledge"_s)->isEnabled());
    action(panel, u"reconcileReplay"_s)->trigger();
    QVERIFY(m_world->planned);
    QCOMPARE(m_world->planned->rows, std::vector{row});
}

void TestLookPanels::aRemedyCompares()
{
    ReconcilePanel panel(m_world->host());
    Remedy remedy;
    QVERIFY(!panel.apply(remedy));
    remedy.kind = RemedyKind::Reconcile;
    QVERIFY(panel.apply(remedy));
    QVERIFY(!action(panel, u"reconcile"_s)->isEnabled());
    QTRY_VERIFY(action(panel, u"reconcile"_s)->isEnabled());
}

void TestLookPanels::theModelsKeepTheirPromises()
{
    const Clock clock = [this] { return *m_world->now; };
    TraceModel steps(clock);
    const QAbstractItemModelTester stepsTester(&steps);
    Trace trace;
    trace.steps.resize(3);
    steps.show(trace);
    QCOMPARE(steps.rowCount(), 3);
    steps.show({});
    QCOMPARE(steps.rowCount(), 0);
    ReconcileModel items(clock);
    const QAbstractItemModelTester itemsTester(&items);
    ReconcileItem lost;
    lost.kind = Discrepancy::Lost;
    lost.eventId = EventId("1");
    ReconcileItem held = lost;
    held.kind = Discrepancy::PendingButProcessed;
    items.setRows({lost, held});
    QCOMPARE(items.rowCount(), 2);
    items.sort(0, Qt::DescendingOrder);
    items.setFilter([](const ReconcileItem& item) { return item.kind == Discrepancy::Lost; });
    QCOMPARE(items.rowCount(), 1);
    items.setRows({});
    QCOMPARE(items.rowCount(), 0);
}

OUTBOARD_OFFSCREEN_MAIN(TestLookPanels)
#include "tst_lookpanels.moc"
