// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/runhistory.h"

#include "models/runmodel.h"
#include "models/savedplanmodel.h"
#include "parts/actionbutton.h"
#include "parts/choice.h"
#include "parts/tablepane.h"
#include "parts/tableview.h"
#include "services/session.h"

#include <QAction>
#include <QHBoxLayout>
#include <QPushButton>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 listed = 200;

} // namespace

RunHistory::RunHistory(const PanelHost& host, QWidget* parent)
    : QWidget(parent)
    , m_host(host)
    , m_runs(new RunModel(host.session->clock(), this))
    , m_plans(new SavedPlanModel(host.session->clock(), this))
    , m_choice(new Choice(tr("What is listed"), {tr("Runs"), tr("Plans")}))
    , m_stack(new QStackedWidget)
    , m_openRun(makeAction(this, u"openRun"_s, tr("Open run")))
    , m_openPlan(makeAction(this, u"openKeptPlan"_s, tr("Open plan")))
{
    m_choice->setObjectName(u"historyChoice"_s);
    m_runsPane = makeRuns();
    m_plansPane = makePlans();
    m_stack->addWidget(m_runsPane);
    m_stack->addWidget(m_plansPane);
    m_choice->setCurrent(0);
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(m_choice);
    row->addStretch();
    row->addWidget(makeButton(m_openRun, ButtonLook::Plain));
    row->addWidget(makeButton(m_openPlan, ButtonLook::Plain));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(6);
    layout->addLayout(row);
    layout->addWidget(m_stack, 1);
    connect(m_choice, &Choice::chosen, this, [this](int index) {
        m_stack->setCurrentIndex(index);
        updateActions();
    });
    updateActions();
}

TablePane* RunHistory::makeRuns()
{
    auto* pane = new TablePane(u"runs"_s, m_host.settings);
    TableView* view = pane->view();
    view->setObjectName(u"runs"_s);
    view->setAccessibleName(tr("History of runs"));
    view->setSelectionMode(QAbstractItemView::SingleSelection);
    pane->setTable(m_runs);
    pane->setEmpty(
        u"replay"_s,
        tr("No run yet"),
        tr("Every run of this profile on this machine stays here with the outcome of each event; "
           "one that was stopped or cut off can be resumed."));
    const auto open = [this, view] {
        if (const QList<int> rows = view->selectedRows(); rows.size() == 1)
            emit runChosen(m_runs->rowAt(rows.first()).runId);
    };
    connect(m_openRun, &QAction::triggered, this, open);
    connect(view, &TableView::activated, this, open);
    connect(view, &TableView::selectionChangedByRows, this, &RunHistory::updateActions);
    return pane;
}

TablePane* RunHistory::makePlans()
{
    auto* pane = new TablePane(u"plans"_s, m_host.settings);
    TableView* view = pane->view();
    view->setObjectName(u"plans"_s);
    view->setAccessibleName(tr("Plans that are kept"));
    view->setSelectionMode(QAbstractItemView::SingleSelection);
    pane->setTable(m_plans);
    pane->setEmpty(
        u"replay"_s,
        tr("No plan yet"),
        tr("Every plan is kept as it was made: the exact ids and their verdicts. Opened again, it "
           "can be compared with now."));
    const auto open = [this, view] {
        if (const QList<int> rows = view->selectedRows(); rows.size() == 1)
            emit planChosen(m_plans->rowAt(rows.first()).planId);
    };
    connect(m_openPlan, &QAction::triggered, this, open);
    connect(view, &TableView::activated, this, open);
    connect(view, &TableView::selectionChangedByRows, this, &RunHistory::updateActions);
    return pane;
}

void RunHistory::reload()
{
    RunStore* store = m_host.session->runs();
    if (!store)
        return;
    const QString& profile = m_host.session->profile().name;
    const auto runs = store->list(profile, listed);
    const auto plans = store->listPlans(profile, listed);
    if (!runs || !plans) {
        m_host.notify((runs ? plans.error() : runs.error()).what);
        return;
    }
    m_runs->setRows({runs->begin(), runs->end()});
    m_plans->setRows({plans->begin(), plans->end()});
    updateActions();
}

void RunHistory::updateActions()
{
    const bool showsRuns = m_stack->currentWidget() == m_runsPane;
    m_openRun->setVisible(showsRuns);
    m_openPlan->setVisible(!showsRuns);
    m_openRun->setEnabled(m_runsPane->view()->selectedRows().size() == 1);
    m_openPlan->setEnabled(m_plansPane->view()->selectedRows().size() == 1);
}

} // namespace outboard
