// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plots/chartrange.h"

#include <QObject>
#include <QPointF>

#include <functional>
#include <optional>

class QMouseEvent;
class QWheelEvent;
class QWidget;

namespace outboard {

/// Where a time axis lies in its widget.
struct ChartAxis
{
    ChartRange range;
    int left = 0; ///< In pixels.
    int width = 1;

    TimePoint at(double x) const;
};

/// Pointing, dragging and zooming in a plot. What "now" is, it does not know: a range that is
/// wanted may reach into the future.
class ChartMouse final : public QObject
{
    Q_OBJECT

public:
    ChartMouse(QWidget* plot, std::function<ChartAxis()> axis, QObject* parent);

    bool isInside() const { return m_isInside; }

signals:
    void hovered(std::optional<outboard::TimePoint> at);
    /// Dragged, or zoomed with Ctrl and the wheel; the wheel alone scrolls the screen.
    void rangeWanted(outboard::ChartRange range);
    /// Double-clicked: back to what happens now.
    void nowWanted();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void press(const QMouseEvent& event);
    void move(const QMouseEvent& event);
    bool zoom(const QWheelEvent& event);

    std::function<ChartAxis()> m_axis;
    std::optional<QPointF> m_dragFrom;
    ChartAxis m_dragged;
    bool m_isInside = false;
};

} // namespace outboard
