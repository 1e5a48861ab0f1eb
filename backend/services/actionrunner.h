// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/lane.h"
#include "core/onanswer.h"
#include "services/actions.h"
#include "services/connections.h"
#include "services/operation.h"
#include "services/summary.h"

#include <QList>
#include <QObject>
#include <QTimer>

#include <atomic>
#include <functional>
#include <memory>
#include <vector>

namespace outboard {

/// What a running action tells: its operation for the progress strip, and its typed answer.
template<class T>
struct Started
{
    Operation* operation = nullptr; ///< Never null; owned by the session until it is dismissed.
    QFuture<Result<T>> answer;
};

/// Runs actions, each on a lane and with connections of its own that are closed when it is done.
/// Lives on the GUI thread.
class ActionRunner final : public QObject
{
    Q_OBJECT

public:
    template<class T>
    using Work = std::function<Result<T>(const ActionContext&)>;

    ActionRunner(BackendsPtr backends, Clock clock, QObject* parent);
    ~ActionRunner() override;

    const QList<Operation*>& operations() const { return m_operations; }

    template<class T>
    Started<T> start(const QString& title, Access access, Work<T> work);

    /// An action that is over before it began.
    template<class T>
    Started<T> refuse(const QString& title, const Error& error);

    /// Forgets a finished operation; a running one stays.
    void dismiss(Operation* operation);

    /// Stops all actions, without waiting; the destructor waits.
    void close();

signals:
    void started(outboard::Operation* operation);
    void finished(outboard::Operation* operation);

private:
    using ActionLane = Lane<Connections>;

    /// Written by the action's lane, read by the GUI thread ten times a second: however fast an
    /// action tells its progress, nothing queues up.
    struct Progress
    {
        std::atomic<qint64> done = 0;
        std::atomic<qint64> total = -1; ///< Below 0: not known.
    };

    struct Running
    {
        Operation* operation;
        std::shared_ptr<Progress> progress;
        std::unique_ptr<ActionLane> lane;
    };

    Operation* makeOperation(const QString& title);
    std::unique_ptr<ActionLane> makeLane(const QString& title, Access access) const;
    void keep(Running running);
    void finish(Operation* operation, const Summary& summary);
    void showProgress();

    static ProgressFn tellTo(std::shared_ptr<Progress> progress);
    static Error stoppedBeforeItBegan();

    BackendsPtr m_backends;
    Clock m_clock;
    QTimer m_timer;
    QList<Operation*> m_operations;
    std::vector<Running> m_running;
};

template<class T>
Started<T> ActionRunner::start(const QString& title, Access access, Work<T> work)
{
    Operation* operation = makeOperation(title);
    auto progress = std::make_shared<Progress>();
    auto lane = makeLane(title, access);
    const QFuture<Result<T>> answer = lane->run(
        [work = std::move(work),
         clock = m_clock,
         tell = tellTo(progress),
         stop = operation->stopToken()](Connections& connections) -> Result<T> {
            if (stop.stop_requested())
                return stoppedBeforeItBegan();
            Result<T> done = work({connections, clock, tell, stop});
            // Here, so that the GUI thread never waits for a connection to close.
            connections.close();
            return done;
        });
    keep({operation, progress, std::move(lane)});
    onAnswer(answer, this, [this, operation](const Result<T>& done) {
        finish(operation, summarize(done));
    });
    emit started(operation);
    return {operation, answer};
}

template<class T>
Started<T> ActionRunner::refuse(const QString& title, const Error& error)
{
    Operation* operation = makeOperation(title);
    operation->finish(Operation::State::Failed, error.what, error);
    QPromise<Result<T>> promise;
    promise.start();
    promise.addResult(Result<T>(error));
    promise.finish();
    emit started(operation);
    return {operation, promise.future()};
}

} // namespace outboard
