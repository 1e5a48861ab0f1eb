// SPDX-License-Identifier: GPL-3.0-or-later
#include "parts/card.h"

#include "theme.h"

#include <QPainter>

namespace outboard {

Card::Card(QWidget* parent)
    : QWidget(parent)
{}

void Card::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(currentTheme().border);
    painter.setBrush(currentTheme().surface);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 7, 7);
}

} // namespace outboard
