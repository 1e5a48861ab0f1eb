// SPDX-License-Identifier: GPL-3.0-or-later
#include "plots/chartmouse.h"

#include <QMouseEvent>
#include <QWheelEvent>
#include <QWidget>

#include <algorithm>
#include <cmath>

namespace outboard {

namespace {

constexpr double zoomOfOneNotch = 0.8;
constexpr double notch = 120; // as QWheelEvent counts

Microseconds partOf(const ChartAxis& axis, double pixels)
{
    return Microseconds(std::llround(
        static_cast<double>(axis.range.span().count()) * pixels / std::max(axis.width, 1)));
}

} // namespace

TimePoint ChartAxis::at(double x) const
{
    return range.from + partOf(*this, x - left);
}

ChartMouse::ChartMouse(QWidget* plot, std::function<ChartAxis()> axis, QObject* parent)
    : QObject(parent)
    , m_axis(std::move(axis))
{
    plot->installEventFilter(this);
}

void ChartMouse::press(const QMouseEvent& event)
{
    if (event.button() != Qt::LeftButton)
        return;
    m_dragFrom = event.position();
    m_dragged = m_axis();
}

void ChartMouse::move(const QMouseEvent& event)
{
    m_isInside = true;
    if (m_dragFrom) {
        const Microseconds by = partOf(m_dragged, m_dragFrom->x() - event.position().x());
        emit rangeWanted(moved(m_dragged.range, by, TimePoint::max()));
        return;
    }
    const ChartAxis axis = m_axis();
    const TimePoint at = axis.at(event.position().x());
    const bool isOnAxis = at >= axis.range.from && at <= axis.range.to;
    emit hovered(isOnAxis ? std::optional(at) : std::nullopt);
}

bool ChartMouse::zoom(const QWheelEvent& event)
{
    if (!event.modifiers().testFlag(Qt::ControlModifier) || event.angleDelta().y() == 0)
        return false;
    const ChartAxis axis = m_axis();
    const double factor = std::pow(zoomOfOneNotch, event.angleDelta().y() / notch);
    emit rangeWanted(zoomed(axis.range, factor, axis.at(event.position().x()), TimePoint::max()));
    return true;
}

bool ChartMouse::eventFilter(QObject* watched, QEvent* event)
{
    switch (event->type()) {
    case QEvent::MouseButtonPress: press(*static_cast<QMouseEvent*>(event)); break;
    case QEvent::MouseButtonRelease: m_dragFrom.reset(); break;
    case QEvent::MouseButtonDblClick:
        m_dragFrom.reset();
        emit nowWanted();
        break;
    case QEvent::MouseMove: move(*static_cast<QMouseEvent*>(event)); break;
    case QEvent::Wheel:
        if (zoom(*static_cast<QWheelEvent*>(event)))
            return true;
        break;
    case QEvent::Leave:
        m_isInside = false;
        emit hovered(std::nullopt);
        break;
    default: break;
    }
    return QObject::eventFilter(watched, event);
}

} // namespace outboard
