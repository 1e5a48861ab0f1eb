// SPDX-License-Identifier: GPL-3.0-or-later
#include "navigationbutton.h"

#include "parts/badge.h"
#include "parts/icons.h"

#include <QHBoxLayout>
#include <QPainter>

namespace outboard {

using namespace Qt::StringLiterals;

NavigationButton::NavigationButton(QString iconName, const QString& title, QWidget* parent)
    : QAbstractButton(parent)
    , m_iconName(std::move(iconName))
    , m_badge(new Badge(this))
{
    setText(title);
    setAccessibleName(title);
    setCheckable(true);
    setAttribute(Qt::WA_Hover);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    m_badge->setObjectName(u"badge"_s);
    m_badge->setAttribute(Qt::WA_TransparentForMouseEvents);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 8, 0);
    row->addStretch();
    row->addWidget(m_badge);
}

void NavigationButton::setBadge(const QString& text, Tone tone)
{
    m_badge->show(text, tone);
    setAccessibleDescription(text);
}

QSize NavigationButton::sizeHint() const
{
    return {160, 34};
}

void NavigationButton::paintEvent(QPaintEvent*)
{
    const Theme& theme = currentTheme();
    const QPalette& colors = theme.palette;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF box = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    painter.setPen(hasFocus() ? QPen(theme.color(Tone::Accent)) : QPen(Qt::NoPen));
    if (isChecked())
        painter.setBrush(colors.color(QPalette::Highlight));
    else if (underMouse())
        painter.setBrush(theme.border);
    painter.drawRoundedRect(box, 6, 6);

    const QColor ink =
        isChecked() ? colors.color(QPalette::HighlightedText) : colors.color(QPalette::WindowText);
    paintIcon(
        painter,
        QRectF(10, (height() - 17) / 2.0, 17, 17),
        m_iconName,
        isChecked() ? ink : theme.muted);
    QFont shown = font();
    shown.setWeight(isChecked() ? QFont::DemiBold : QFont::Normal);
    painter.setFont(shown);
    painter.setPen(ink);
    painter.drawText(rect().adjusted(37, 0, -8, 0), Qt::AlignVCenter | Qt::AlignLeft, text());
}

} // namespace outboard
