// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/plan.h"
#include "panel.h"
#include "services/replayer.h"

#include <QFuture>

#include <optional>

class QComboBox;
class QPlainTextEdit;
class QPushButton;
class QStackedWidget;
class QSplitter;

namespace outboard {

class Label;
class Operation;
class PlanModel;
class RunModel;
class TableView;
class TallyBar;

/// Freezes a selection, shows each event's verdict, runs it, shows the outcome; and the history of
/// runs.
class ReplayPanel final : public Panel
{
    Q_OBJECT

public:
    explicit ReplayPanel(const PanelHost& host, QWidget* parent = nullptr);

    void present(const SnapshotPtr& snapshot) override;
    bool apply(const Remedy& remedy) override;
    bool planReplay(const PlanRequest& request) override;
    QList<QAction*> panelActions() const override;

    /// Freezes this selection. A plan that is being made for an earlier one is dropped.
    void plan(PlanRequest request);

private:
    QWidget* makeStart();
    QWidget* makePlanView();
    QWidget* makeHistory();
    QWidget* makePlanHead();

    void planTypedIds();
    void chooseHandler();
    void ask(const PlanRequest& request);
    void showPlan(const Plan& plan);
    void showProblem(const QString& text);
    void judgeAgain();
    void savePlan();
    void openPlan();
    void openReplayDialog();
    void watchRun(Operation* operation, const QFuture<Result<RunReport>>& answer);
    void showOutcome(const RunReport& report);
    void showTallies();
    void filterByTally();
    void inspectCurrent();
    void listRuns();
    void resumeSelected();
    void updateButtons();
    QString defaultHandler(const PlanRequest& request) const;
    QString describe(const Plan& plan) const;

    std::optional<PlanRequest> m_request;
    std::optional<Plan> m_plan;
    std::optional<RunReport> m_report;
    int m_asked = 0;
    bool m_isPlanning = false;
    bool m_isRunning = false;

    PlanModel* m_model;
    RunModel* m_runs;
    QStackedWidget* m_stack = nullptr;
    QPlainTextEdit* m_ids = nullptr;
    QComboBox* m_idsGroup = nullptr;
    Label* m_title = nullptr;
    Label* m_subtitle = nullptr;
    Label* m_result = nullptr;
    QComboBox* m_handler = nullptr;
    TallyBar* m_tallies = nullptr;
    TableView* m_table = nullptr;
    TableView* m_history = nullptr;
    QAction* m_newPlan = nullptr;
    QAction* m_openPlan = nullptr;
    QAction* m_judgeAgain = nullptr;
    QAction* m_savePlan = nullptr;
    QAction* m_replay = nullptr;
    QAction* m_resume = nullptr;
};

} // namespace outboard
