// SPDX-License-Identifier: GPL-3.0-or-later
#include "parts/banner.h"

#include "parts/icons.h"
#include "parts/label.h"
#include "text/sourcetext.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QPushButton>

namespace outboard {

using namespace Qt::StringLiterals;

Banner::Banner(QWidget* parent)
    : QWidget(parent)
    , m_title(new Label(this, Label::Style::Strong, Tone::Critical))
    , m_text(new Label(this))
    , m_side(new Label(this, Label::Style::Body, Tone::Muted))
    , m_action(new QPushButton(this))
{
    m_title->setObjectName(u"bannerTitle"_s);
    m_text->setObjectName(u"bannerText"_s);
    m_side->setObjectName(u"bannerSide"_s);
    m_text->setElided(true);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(38, 7, 16, 7);
    row->setSpacing(12);
    row->addWidget(m_title);
    row->addWidget(m_text, 1);
    row->addWidget(m_side);
    row->addWidget(m_action);
    m_action->setObjectName(u"bannerAction"_s);
    m_action->hide();
    connect(m_action, &QPushButton::clicked, this, &Banner::actionWanted);
}

void Banner::show(const Content& content)
{
    if (content == m_content)
        return;
    m_content = content;
    m_title->setText(content.title);
    m_title->setTone(content.tone);
    m_text->setText(content.text);
    m_side->setText(content.side);
    m_action->setText(content.action);
    m_action->setVisible(!content.action.isEmpty());
    const QString full =
        content.detail.isEmpty() ? content.text : content.text + u"\n\n" + content.detail;
    setToolTip(plainToolTip(full));
    setAccessibleName(content.title);
    setAccessibleDescription(content.text);
    update();
}

void Banner::paintEvent(QPaintEvent*)
{
    const Theme& theme = currentTheme();
    QPainter painter(this);
    painter.fillRect(rect(), theme.fill(m_content.tone));
    painter.fillRect(QRect(0, 0, 3, height()), theme.color(m_content.tone));
    painter.fillRect(QRect(0, height() - 1, width(), 1), theme.border);
    paintIcon(
        painter,
        QRectF(14, (height() - 16) / 2.0, 16, 16),
        u"critical"_s,
        theme.color(m_content.tone));
}

} // namespace outboard
