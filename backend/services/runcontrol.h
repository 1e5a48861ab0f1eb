// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/plan.h"
#include "services/runtalk.h"

#include <QFutureWatcher>
#include <QHash>
#include <QObject>
#include <QTimer>

#include <memory>

namespace outboard {

class Operation;

/// Whether a run stops at the end of each canary step.
enum class AtStep {
    GoOn, ///< It does not; a failure inside the ladder stops it.
    Ask,  ///< It waits until the operator has seen the outcomes and says go on.
};

/// The operator's hand on a running replay: sees what became of its events so far, lets it go on
/// after a step, holds it and stops it. Belongs to the run's operation; lives on the GUI thread.
class RunControl final : public QObject
{
    Q_OBJECT

public:
    enum class State {
        Running,
        AtStep,   ///< Waits for goOn() or stop().
        Pausing,  ///< What is under way is finished first.
        Paused,   ///< Nothing is under way.
        Stopping, ///< As Pausing, and then it ends.
        Ended,
    };

    RunControl(std::shared_ptr<RunTalk> talk, QString runId, Operation* operation);

    State state() const { return m_state; }

    const QString& runId() const { return m_runId; }

    /// What is known so far, by the index into Plan::items; only events that were begun in this
    /// attempt.
    const QHash<qsizetype, Outcome>& outcomes() const { return m_outcomes; }

public slots:
    /// Only at a step.
    void goOn();
    void pause();
    void unpause();
    /// What Operation::stop() does.
    void stop();

signals:
    void changed();
    /// These events were settled; a burst is told at once.
    void told(const QList<outboard::Outcome>& outcomes);

private:
    void hear(int begin, int end);
    void follow();
    void become(State state);

    std::shared_ptr<RunTalk> m_talk;
    QString m_runId;
    Operation* m_operation;
    QFutureWatcher<RunNews> m_news;
    QTimer m_timer;
    State m_state = State::Running;
    QHash<qsizetype, Outcome> m_outcomes;
};

} // namespace outboard
