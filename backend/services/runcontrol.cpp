// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/runcontrol.h"

#include "services/operation.h"

namespace outboard {

using namespace std::chrono_literals;

RunControl::RunControl(std::shared_ptr<RunTalk> talk, QString runId, Operation* operation)
    : QObject(operation)
    , m_talk(std::move(talk))
    , m_runId(std::move(runId))
    , m_operation(operation)
{
    connect(&m_news, &QFutureWatcherBase::resultsReadyAt, this, &RunControl::hear);
    m_news.setFuture(m_talk->news());
    connect(operation, &Operation::progressed, this, &RunControl::follow);
    connect(operation, &Operation::finished, this, &RunControl::follow);
    // The gate is asked only while somebody waits for it.
    m_timer.setInterval(50ms);
    connect(&m_timer, &QTimer::timeout, this, &RunControl::follow);
    if (!operation->isRunning())
        m_state = State::Ended;
}

void RunControl::hear(int begin, int end)
{
    QList<Outcome> outcomes;
    bool isAtStep = false;
    for (int i = begin; i < end; ++i) {
        const RunNews news = m_news.resultAt(i);
        outcomes += news.outcomes;
        isAtStep = news.isAtStep;
    }
    for (const Outcome& outcome : std::as_const(outcomes))
        m_outcomes.insert(outcome.item, outcome);
    if (!outcomes.isEmpty())
        emit told(outcomes);
    if (isAtStep && m_operation->state() == Operation::State::Running)
        become(State::AtStep);
}

void RunControl::goOn()
{
    if (m_state != State::AtStep)
        return;
    m_talk->goOn();
    become(State::Running);
    follow();
}

void RunControl::pause()
{
    if (m_state != State::Running)
        return;
    m_talk->gate()->pause();
    m_timer.start();
    become(State::Pausing);
}

void RunControl::unpause()
{
    if (m_state != State::Pausing && m_state != State::Paused)
        return;
    m_talk->gate()->goOn();
    m_timer.stop();
    become(State::Running);
}

void RunControl::stop()
{
    m_operation->stop();
}

void RunControl::follow()
{
    if (m_operation->state() == Operation::State::Stopping)
        become(State::Stopping);
    else if (!m_operation->isRunning())
        become(State::Ended);
    else if (m_state == State::Pausing && m_talk->gate()->isHolding())
        become(State::Paused);
    if (m_state != State::Pausing)
        m_timer.stop();
}

void RunControl::become(State state)
{
    if (m_state == state)
        return;
    m_state = state;
    emit changed();
}

} // namespace outboard
