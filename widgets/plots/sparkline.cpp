// SPDX-License-Identifier: GPL-3.0-or-later
#include "plots/sparkline.h"

#include "plots/decimate.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace outboard {

namespace {

/// Runs of known points, in widget coordinates; the scale starts at 0.
QList<QPolygonF> linesOf(const QList<QPointF>& points, const QRectF& box, double from, double to)
{
    double highest = 0;
    for (const QPointF& point : points)
        highest = std::isnan(point.y()) ? highest : std::max(highest, point.y());
    const double scale = highest > 0 ? box.height() / highest : 0;
    QList<QPolygonF> lines{{}};
    for (const QPointF& point : points) {
        if (!std::isnan(point.y()))
            lines.last().append(
                {box.left() + (point.x() - from) / (to - from) * box.width(),
                 box.bottom() - point.y() * scale});
        else if (!lines.last().isEmpty())
            lines.append(QPolygonF());
    }
    return lines;
}

} // namespace

Sparkline::Sparkline(QWidget* parent)
    : QWidget(parent)
{
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setMinimumWidth(40);
}

void Sparkline::show(const QList<Sample>& samples, TimePoint from, TimePoint to, Tone tone)
{
    m_samples = samples;
    m_from = from;
    m_to = to;
    m_tone = tone;
    update();
}

void Sparkline::paintEvent(QPaintEvent*)
{
    if (m_to <= m_from)
        return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setClipRect(rect());
    const QRectF box = QRectF(rect()).adjusted(1, 2, -3, -2);
    const QColor color = currentTheme().color(m_tone);
    QColor soft = color;
    soft.setAlphaF(0.12F);
    const auto lines = linesOf(
        decimate(m_samples, m_from, m_to, width()), box, plotSeconds(m_from), plotSeconds(m_to));
    for (const QPolygonF& line : lines) {
        if (line.isEmpty())
            continue;
        QPolygonF area = line;
        area << QPointF(line.last().x(), box.bottom()) << QPointF(line.first().x(), box.bottom());
        painter.setPen(Qt::NoPen);
        painter.setBrush(soft);
        painter.drawPolygon(area);
        painter.setPen(QPen(color, 1.4, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.drawPolyline(line);
    }
}

} // namespace outboard
