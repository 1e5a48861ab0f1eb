// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "theme.h"

#include <QList>
#include <QWidget>

class QAction;
class QHBoxLayout;
class QProgressBar;

namespace outboard {

class Label;
class StepsBar;

/// Where a run stands and what can be done about it now: one sentence, the ladder, the progress,
/// and the buttons that apply.
class RunStrip final : public QWidget
{
    Q_OBJECT

public:
    struct Content
    {
        Tone tone = Tone::Accent;
        QString title;       ///< "Step 2 of 5 is done"
        QString text;        ///< Numbers, and what happens next.
        QList<qint64> steps; ///< ReplayOptions::canary
        qint64 done = 0;     ///< Events settled in this attempt.
        qint64 total = 0;    ///< Events of this attempt.
        bool isRunning = false;
    };

    /// The first of the actions that is visible is what to do now.
    explicit RunStrip(const QList<QAction*>& actions, QWidget* parent = nullptr);

    void show(const Content& content);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void refreshLooks();

    QList<QAction*> m_actions;
    QHBoxLayout* m_buttons;
    Label* m_title;
    Label* m_text;
    StepsBar* m_steps;
    QProgressBar* m_progress;
    Tone m_tone = Tone::Accent;
};

} // namespace outboard
