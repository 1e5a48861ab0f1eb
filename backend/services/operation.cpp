// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/operation.h"

namespace outboard {

Operation::Operation(QString title, TimePoint startedAt, QObject* parent)
    : QObject(parent)
    , m_title(std::move(title))
    , m_startedAt(startedAt)
{}

void Operation::stop()
{
    if (m_state != State::Running)
        return;
    m_state = State::Stopping;
    m_stop.request_stop();
    emit progressed();
}

void Operation::setProgress(qint64 done, std::optional<qint64> total)
{
    if (!isRunning() || (m_done == done && m_total == total))
        return;
    m_done = done;
    m_total = total;
    emit progressed();
}

void Operation::finish(State state, const QString& summary, const std::optional<Error>& error)
{
    Q_ASSERT(state != State::Running && state != State::Stopping);
    if (!isRunning())
        return;
    m_state = state;
    m_summary = summary;
    m_error = error;
    emit finished();
}

} // namespace outboard
