// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/headlineview.h"

#include "parts/icons.h"
#include "parts/label.h"

#include <QPainter>
#include <QVBoxLayout>

namespace outboard {

using namespace Qt::StringLiterals;

HeadlineView::HeadlineView(QWidget* parent)
    : QWidget(parent)
    , m_title(new Label(this, Label::Style::Heading))
    , m_text(new Label(this, Label::Style::Body, Tone::Muted))
{
    setObjectName(u"headline"_s);
    m_title->setObjectName(u"headlineTitle"_s);
    m_text->setObjectName(u"headlineText"_s);
    m_text->setWordWrap(true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(38, 0, 0, 0);
    column->setSpacing(1);
    column->addWidget(m_title);
    column->addWidget(m_text);
}

void HeadlineView::show(const Headline& headline)
{
    if (headline == m_headline)
        return;
    m_headline = headline;
    m_title->setText(headline.title);
    m_title->setTone(headline.tone);
    m_text->setText(headline.text);
    m_text->setVisible(!headline.text.isEmpty());
    setAccessibleName(headline.title);
    setAccessibleDescription(headline.text);
    update();
}

void HeadlineView::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    if (!m_headline.icon.isEmpty())
        paintIcon(
            painter,
            QRectF(2, (height() - 26) / 2.0, 26, 26),
            m_headline.icon,
            currentTheme().color(m_headline.tone));
}

} // namespace outboard
