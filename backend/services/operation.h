// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"
#include "core/time.h"

#include <QObject>
#include <QString>

#include <optional>
#include <stop_token>

namespace outboard {

/// A running action as the progress strip shows it. Lives on the GUI thread; setters may be called
/// through queued connections only.
class Operation final : public QObject
{
    Q_OBJECT

public:
    enum class State { Running, Stopping, Done, DoneInPart, Failed };

    Operation(QString title, TimePoint startedAt, QObject* parent);

    const QString& title() const { return m_title; }

    State state() const { return m_state; }

    bool isRunning() const { return m_state == State::Running || m_state == State::Stopping; }

    qint64 done() const { return m_done; }

    std::optional<qint64> total() const { return m_total; }

    /// One translated sentence about the result; empty while it runs.
    const QString& summary() const { return m_summary; }

    const std::optional<Error>& error() const { return m_error; }

    TimePoint startedAt() const { return m_startedAt; }

    std::stop_token stopToken() const { return m_stop.get_token(); }

public slots:
    /// Takes effect at the next chunk; the result then says what was done.
    void stop();
    void setProgress(qint64 done, std::optional<qint64> total);
    void finish(
        outboard::Operation::State state,
        const QString& summary,
        const std::optional<outboard::Error>& error);

signals:
    void progressed();
    void finished();

private:
    QString m_title;
    TimePoint m_startedAt;
    State m_state = State::Running;
    qint64 m_done = 0;
    std::optional<qint64> m_total;
    QString m_summary;
    std::optional<Error> m_error;
    std::stop_source m_stop;
};

} // namespace outboard
