// SPDX-License-Identifier: GPL-3.0-or-later
#include "plots/legend.h"

#include "theme.h"

#include <QPainter>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

constexpr int swatch = 12;
constexpr int gap = 5;
constexpr int between = 14;
constexpr int roomForMore = 34;

} // namespace

Legend::Legend(QWidget* parent)
    : QWidget(parent)
{
    QFont small = font();
    small.setPixelSize(11);
    setFont(small);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void Legend::show(const QList<LegendItem>& items)
{
    if (items == m_items)
        return;
    m_items = items;
    QStringList spoken;
    for (const LegendItem& item : items)
        spoken << item.name + u' ' + item.value;
    setAccessibleName(spoken.join(u", "_s));
    update();
}

int Legend::widthOf(const LegendItem& item) const
{
    const int value = item.value.isEmpty() ? 0 : gap + fontMetrics().horizontalAdvance(item.value);
    return swatch + gap + fontMetrics().horizontalAdvance(item.name) + value;
}

void Legend::paintEvent(QPaintEvent*)
{
    qsizetype shown = 0;
    int used = 0;
    for (const LegendItem& item : m_items) {
        const int room = shown + 1 == m_items.size() ? width() : width() - roomForMore;
        if (used + widthOf(item) > room)
            break;
        used += widthOf(item) + between;
        ++shown;
    }
    const Theme& theme = currentTheme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const bool isCut = shown < m_items.size();
    int x = width() - used + between - (isCut ? roomForMore : 0);
    const auto write = [&](const QString& text, const QColor& color) {
        painter.setPen(color);
        painter.drawText(QRect(x, 0, width() - x, height()), Qt::AlignVCenter, text);
        x += fontMetrics().horizontalAdvance(text);
    };
    for (const LegendItem& item : m_items.first(shown)) {
        painter.setPen(QPen(item.color, 2, item.isDashed ? Qt::DotLine : Qt::SolidLine));
        painter.drawLine(x, height() / 2, x + swatch, height() / 2);
        x += swatch + gap;
        write(item.name, theme.muted);
        x += item.value.isEmpty() ? 0 : gap;
        write(item.value, theme.color(Tone::Neutral));
        x += between;
    }
    if (isCut)
        write(u"+%1"_s.arg(m_items.size() - shown), theme.muted);
}

} // namespace outboard
