// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/plan.h"
#include "panel.h"
#include "services/plancompare.h"

#include <QWidget>

#include <optional>

class QComboBox;
class QStackedWidget;

namespace outboard {

class EmptyState;
class Label;
class PlanModel;
class TableView;
class TallyBar;

/// A frozen set of events with a verdict each: what would run, what would not, and why.
class PlanView final : public QWidget
{
    Q_OBJECT

public:
    explicit PlanView(const PanelHost& host, QWidget* parent = nullptr);

    const std::optional<Plan>& plan() const { return m_plan; }

    /// A selection is being frozen and judged for this handler; the plan before is forgotten.
    void showPlanning(const QString& handler);
    void showPlan(const Plan& plan);
    /// The same plan judged now, beside the verdicts that it was made with.
    void showComparison(const Plan& made, const Plan& now);
    void showProblem(const QString& text);

    /// Its verdicts are old now: it can be run again only after it was compared with now.
    void setWasRun();

    /// Whether what changes the plan may be pressed now.
    void setBusy(bool isBusy);

    QList<QAction*> viewActions() const;

signals:
    void handlerChosen(const QString& handler);
    void compareAsked();
    void saveAsked();
    void replayAsked();
    void closed();

private:
    QWidget* makeHead();
    void connectActions();
    void setRows(const Plan* made);
    void setNotes(const PlanComparison* comparison);
    void showTallies(qsizetype changed);
    void filterByTally();
    void inspectCurrent();
    void updateActions();
    QString describe(const Plan& plan) const;

    PanelHost m_host;
    std::optional<Plan> m_plan;
    bool m_isBusy = false;
    bool m_wasRun = false;
    PlanModel* m_model;
    QComboBox* m_handler;
    Label* m_title;
    Label* m_subtitle;
    Label* m_compared;
    Label* m_warning;
    TallyBar* m_tallies;
    QStackedWidget* m_stack;
    TableView* m_table;
    EmptyState* m_empty;
    QAction* m_close;
    QAction* m_compare;
    QAction* m_save;
    QAction* m_replay;
};

/// All that is known of an event of a plan, for the inspector.
struct PlanRow;
Inspected inspectedOf(const PlanRow& row);

} // namespace outboard
