// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/actionrunner.h"

#include <algorithm>

namespace outboard {

using namespace std::chrono_literals;

ActionRunner::ActionRunner(BackendsPtr backends, Clock clock, QObject* parent)
    : QObject(parent)
    , m_backends(std::move(backends))
    , m_clock(std::move(clock))
{
    m_timer.setInterval(100ms);
    connect(&m_timer, &QTimer::timeout, this, &ActionRunner::showProgress);
}

ActionRunner::~ActionRunner()
{
    close();
}

void ActionRunner::close()
{
    for (const Running& running : m_running) {
        running.operation->stop();
        running.lane->close();
    }
}

Operation* ActionRunner::makeOperation(const QString& title)
{
    auto* operation = new Operation(title, m_clock(), this);
    m_operations.append(operation);
    return operation;
}

std::unique_ptr<ActionRunner::ActionLane> ActionRunner::makeLane(
    const QString& title, Access access) const
{
    return std::make_unique<ActionLane>(
        title,
        [backends = m_backends,
         access](std::stop_token stop) -> Result<std::unique_ptr<Connections>> {
            return std::make_unique<Connections>(backends, access, std::move(stop));
        });
}

void ActionRunner::keep(Running running)
{
    m_running.push_back(std::move(running));
    m_timer.start();
}

void ActionRunner::finish(Operation* operation, const Summary& summary)
{
    showProgress();
    const auto isIt = [operation](const Running& running) {
        return running.operation == operation;
    };
    std::erase_if(m_running, isIt);
    if (m_running.empty())
        m_timer.stop();
    operation->finish(summary.state, summary.text, summary.error);
    emit finished(operation);
}

void ActionRunner::showProgress()
{
    for (const Running& running : m_running) {
        const qint64 total = running.progress->total;
        running.operation->setProgress(
            running.progress->done, total < 0 ? std::nullopt : std::optional(total));
    }
}

void ActionRunner::dismiss(Operation* operation)
{
    if (operation->isRunning() || !m_operations.removeOne(operation))
        return;
    operation->deleteLater();
}

ProgressFn ActionRunner::tellTo(std::shared_ptr<Progress> progress)
{
    return [progress = std::move(progress)](qint64 done, std::optional<qint64> total) {
        progress->total = total.value_or(-1);
        progress->done = done;
    };
}

Error ActionRunner::stoppedBeforeItBegan()
{
    return {Error::Kind::Cancelled, tr("Stopped before anything was done."), {}};
}

} // namespace outboard
