// SPDX-License-Identifier: GPL-3.0-or-later
#include "parts/label.h"

#include <QEvent>
#include <QPainter>
#include <QStyle>

namespace outboard {

namespace {

QFont fontOf(QFont font, Label::Style style)
{
    switch (style) {
    case Label::Style::Body: break;
    case Label::Style::Small: font.setPixelSize(12); break;
    case Label::Style::Strong: font.setWeight(QFont::DemiBold); break;
    case Label::Style::Heading:
        font.setPixelSize(17);
        font.setWeight(QFont::DemiBold);
        break;
    case Label::Style::Value:
        font.setPixelSize(22);
        font.setWeight(QFont::DemiBold);
        break;
    }
    return font;
}

} // namespace

Label::Label(QWidget* parent, Style style, Tone tone)
    : QLabel(parent)
    , m_tone(tone)
{
    setTextFormat(Qt::PlainText);
    setFont(fontOf(font(), style));
    recolor();
}

void Label::setElided(bool isElided)
{
    m_isElided = isElided;
    setSizePolicy(isElided ? QSizePolicy::Ignored : QSizePolicy::Preferred, QSizePolicy::Preferred);
    update();
}

void Label::setTone(Tone tone)
{
    m_tone = tone;
    recolor();
}

void Label::setFilled(bool isFilled)
{
    m_isFilled = isFilled;
    setAutoFillBackground(isFilled);
    recolor();
}

QSize Label::minimumSizeHint() const
{
    const QSize hint = QLabel::minimumSizeHint();
    return m_isElided ? QSize(0, hint.height()) : hint;
}

void Label::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::ApplicationPaletteChange)
        recolor();
    QLabel::changeEvent(event);
}

void Label::paintEvent(QPaintEvent* event)
{
    const QString shown =
        m_isElided ? fontMetrics().elidedText(text(), Qt::ElideRight, contentsRect().width())
                   : text();
    if (shown == text()) {
        QLabel::paintEvent(event);
        return;
    }
    QPainter painter(this);
    style()->drawItemText(
        &painter,
        contentsRect(),
        int(alignment()),
        palette(),
        isEnabled(),
        shown,
        foregroundRole());
}

void Label::recolor()
{
    const QColor color = currentTheme().color(m_tone);
    QPalette changed = palette();
    changed.setColor(QPalette::WindowText, color);
    changed.setColor(QPalette::Text, color);
    if (m_isFilled)
        changed.setColor(QPalette::Window, currentTheme().fill(m_tone));
    // Setting the palette sends PaletteChange again.
    if (changed != palette() || !testAttribute(Qt::WA_SetPalette))
        setPalette(changed);
}

} // namespace outboard
