// SPDX-License-Identifier: GPL-3.0-or-later
#include "parts/pill.h"

#include <QPainter>

namespace outboard {

namespace {

constexpr int padding = 10;
constexpr int dot = 8;
constexpr int gap = 6;
constexpr int pillHeight = 26;

} // namespace

Pill::Pill(QWidget* parent)
    : QAbstractButton(parent)
{
    setFocusPolicy(Qt::TabFocus);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setCursor(Qt::PointingHandCursor);
}

void Pill::show(const QString& name, const QString& value, Tone tone)
{
    if (name == text() && value == m_value && tone == m_tone)
        return;
    setText(name);
    m_value = value;
    m_tone = tone;
    setAccessibleName(name + u": " + value);
    updateGeometry();
    update();
}

QSize Pill::sizeHint() const
{
    const int value = m_value.isEmpty() ? 0 : gap + fontMetrics().horizontalAdvance(m_value);
    return {2 * padding + dot + gap + fontMetrics().horizontalAdvance(text()) + value, pillHeight};
}

void Pill::paintEvent(QPaintEvent*)
{
    const Theme& theme = currentTheme();
    const bool isBad = m_tone == Tone::Critical || m_tone == Tone::Warning;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF box = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    painter.setPen(
        hasFocus() ? theme.color(Tone::Accent)
        : isBad    ? theme.color(m_tone)
                   : theme.border);
    painter.setBrush(isBad ? theme.fill(m_tone) : theme.surface);
    painter.drawRoundedRect(box, pillHeight / 2.0, pillHeight / 2.0);

    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.color(m_tone));
    painter.drawEllipse(QRectF(padding, (height() - dot) / 2.0, dot, dot));

    const int left = padding + dot + gap;
    const int nameWidth = fontMetrics().horizontalAdvance(text());
    painter.setPen(isBad ? theme.color(m_tone) : theme.color(Tone::Neutral));
    painter.drawText(QRect(left, 0, nameWidth, height()), Qt::AlignVCenter, text());
    painter.setPen(isBad ? theme.color(m_tone) : theme.muted);
    painter.drawText(
        QRect(left + nameWidth + gap, 0, width(), height()), Qt::AlignVCenter, m_value);
}

} // namespace outboard
