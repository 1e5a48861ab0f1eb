// SPDX-License-Identifier: GPL-3.0-or-later
#include "parts/badge.h"

#include <QPainter>

namespace outboard {

Badge::Badge(QWidget* parent)
    : QWidget(parent)
{
    QFont small = font();
    small.setPixelSize(11);
    small.setWeight(QFont::DemiBold);
    setFont(small);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setVisible(false);
}

void Badge::show(const QString& text, Tone tone)
{
    if (text == m_text && tone == m_tone)
        return;
    m_text = text;
    m_tone = tone;
    setAccessibleName(text);
    setVisible(!text.isEmpty());
    updateGeometry();
    update();
}

QSize Badge::sizeHint() const
{
    return {std::max(18, fontMetrics().horizontalAdvance(m_text) + 12), 18};
}

void Badge::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(currentTheme().fill(m_tone));
    painter.drawRoundedRect(rect(), height() / 2.0, height() / 2.0);
    painter.setPen(currentTheme().color(m_tone));
    painter.drawText(rect(), Qt::AlignCenter, m_text);
}

} // namespace outboard
