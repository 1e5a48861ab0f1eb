// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/snapshot.h"

#include <QTimer>
#include <QWidget>

namespace outboard {

class Label;
class Poller;

/// Last line of the window: when the servers were asked last, and for some seconds what just
/// happened.
class StatusLine final : public QWidget
{
    Q_OBJECT

public:
    StatusLine(const Poller& poller, Clock clock, QWidget* parent = nullptr);

    /// How old the numbers are; call every second and after each round.
    void tick();

    /// One sentence for a few seconds.
    void notify(const QString& text);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString roundText() const;

    const Poller& m_poller;
    Clock m_clock;
    Label* m_round;
    Label* m_note;
    QTimer m_noteEnds;
};

} // namespace outboard
