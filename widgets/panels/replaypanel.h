// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/plan.h"
#include "panel.h"
#include "panels/runview.h"
#include "services/session.h"

#include <QPointer>

#include <optional>

class QStackedWidget;

namespace outboard {

class PlanView;
class ReplayStart;
class RunHistory;
struct StoredRun;

/// Freezes a selection, shows each event's verdict, runs it, shows the outcome; and the history of
/// plans and runs. Composes the views, and asks the session what they want.
class ReplayPanel final : public Panel
{
    Q_OBJECT

public:
    explicit ReplayPanel(const PanelHost& host, QWidget* parent = nullptr);

    void present(const SnapshotPtr& snapshot) override;
    void focusFilter() override;
    bool apply(const Remedy& remedy) override;
    bool planReplay(const PlanRequest& request) override;
    QList<QAction*> panelActions() const override;

    /// Freezes this selection. A plan that is being made for an earlier one is dropped.
    void plan(PlanRequest request);

private:
    /// The run that is under way.
    struct Live
    {
        ShownRun run;
        QPointer<RunControl> control;
    };

    QWidget* makeHome();
    void connectViews();
    void showHome();
    void showPlan(const Plan& plan);

    void follow(const QFuture<Result<Plan>>& answer);
    void changeHandler(const QString& handler);
    void compareWithNow();
    void exportPlan();
    void openPlanFile();
    void readPlanFile(const QString& path);
    void openKeptPlan(const QString& planId);

    void askReplay();
    void askResume();
    void begin(const ShownRun& run, const StartedRun& started);
    void end(const QString& runId, const Result<RunReport>& report);
    void openRun(const QString& runId);
    void planLeftOver(const QList<OutcomeKind>& kinds);
    void saveReport();
    std::optional<StoredRun> load(const QString& runId) const;

    void setPlanning(bool isPlanning);
    void tellBusy();
    QString defaultHandler(const PlanRequest& request) const;

    int m_asked = 0;
    bool m_isPlanning = false;
    std::optional<Live> m_live;
    QStackedWidget* m_stack;
    QWidget* m_home;
    ReplayStart* m_start;
    RunHistory* m_history;
    PlanView* m_plan;
    RunView* m_run;
};

} // namespace outboard
