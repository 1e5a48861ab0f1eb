// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "panel.h"

#include <QWidget>

class QStackedWidget;

namespace outboard {

class Choice;
class Label;
class RunModel;
class SavedPlanModel;
class TableView;
class TablePane;

/// The runs and the plans that are kept on this machine, newest first.
class RunHistory final : public QWidget
{
    Q_OBJECT

public:
    explicit RunHistory(const PanelHost& host, QWidget* parent = nullptr);

    /// Reads both lists again.
    void reload();

    QList<QAction*> viewActions() const { return {m_openRun, m_openPlan}; }

signals:
    void runChosen(const QString& runId);
    void planChosen(const QString& planId);

private:
    TablePane* makeRuns();
    TablePane* makePlans();
    void updateActions();

    PanelHost m_host;
    RunModel* m_runs;
    SavedPlanModel* m_plans;
    Choice* m_choice;
    QStackedWidget* m_stack;
    TablePane* m_runsPane;
    TablePane* m_plansPane;
    QAction* m_openRun;
    QAction* m_openPlan;
};

} // namespace outboard
