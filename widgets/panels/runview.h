// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/plan.h"
#include "panel.h"
#include "panels/runstrip.h"
#include "services/replayer.h"
#include "services/runcontrol.h"

#include <QPointer>
#include <QTimer>
#include <QWidget>

namespace outboard {

class Label;
class OutcomeModel;
class TableView;
class TallyBar;

/// A run as it is shown: while it runs, and ever after.
struct ShownRun
{
    QString runId;
    Plan plan;
    ReplayOptions options;
    TimePoint startedAt;
    RunReport report; ///< With one outcome per plan item; before the attempt, while it runs.
};

/// A run: where it stands, what became of each event, and what can be done about it.
class RunView final : public QWidget
{
    Q_OBJECT

public:
    explicit RunView(const PanelHost& host, QWidget* parent = nullptr);

    const ShownRun& run() const { return m_run; }

    void showLive(const ShownRun& run, RunControl* control);
    void showEnded(const ShownRun& run);
    /// The attempt could not begin, or broke off without a report.
    void showProblem(const QString& text);

    /// Whether another run can be started now.
    void setBusy(bool isBusy);

    QList<QAction*> viewActions() const;

signals:
    void resumeAsked();
    void newPlanAsked(const QList<outboard::OutcomeKind>& kinds);
    void reportAsked();
    void closed();

private:
    QWidget* makeHead();
    void makeActions();
    void showRun(const ShownRun& run);
    void hear(const QList<Outcome>& outcomes);
    void setOutcomes();
    void refresh();
    void refreshActions();
    RunStrip::Content running() const;
    RunStrip::Content ended() const;
    void showTallies();
    void filterByTally();
    void inspectCurrent();
    qint64 unfinished() const;

    PanelHost m_host;
    ShownRun m_run;
    QPointer<RunControl> m_control;
    QString m_problem;
    bool m_isBusy = false;
    bool m_isStale = false; ///< Outcomes arrived that the table does not show yet.
    QList<qint64> m_toRun;  ///< Items of this attempt.
    qint64 m_settled = 0;   ///< Of those.
    OutcomeModel* m_model;
    QTimer m_timer;
    Label* m_title;
    Label* m_subtitle;
    RunStrip* m_strip;
    TallyBar* m_tallies;
    TableView* m_table;
    QAction* m_goOn;
    QAction* m_unpause;
    QAction* m_resume;
    QAction* m_retry;
    QAction* m_pause;
    QAction* m_stop;
    QAction* m_report;
    QAction* m_close;
};

} // namespace outboard
