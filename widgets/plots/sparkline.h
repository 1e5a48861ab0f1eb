// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "services/history.h"
#include "theme.h"

#include <QWidget>

namespace outboard {

/// A small line without axes: which way it goes. Gaps stay gaps.
class Sparkline final : public QWidget
{
    Q_OBJECT

public:
    explicit Sparkline(QWidget* parent = nullptr);

    void show(const QList<Sample>& samples, TimePoint from, TimePoint to, Tone tone);

    QSize sizeHint() const override { return {96, 36}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QList<Sample> m_samples;
    TimePoint m_from;
    TimePoint m_to;
    Tone m_tone = Tone::Accent;
};

} // namespace outboard
