// SPDX-License-Identifier: GPL-3.0-or-later
#include "parts/emptystate.h"

#include "parts/icons.h"
#include "parts/label.h"

#include <QEvent>
#include <QVBoxLayout>

namespace outboard {

using namespace Qt::StringLiterals;

EmptyState::EmptyState(QWidget* parent)
    : QWidget(parent)
    , m_icon(new QLabel(this))
    , m_what(new Label(this, Label::Style::Strong))
    , m_why(new Label(this, Label::Style::Body, Tone::Muted))
{
    m_what->setObjectName(u"emptyWhat"_s);
    m_why->setObjectName(u"emptyWhy"_s);
    m_why->setWordWrap(true);
    m_why->setMaximumWidth(460);
    for (QLabel* label : {m_icon, static_cast<QLabel*>(m_what), static_cast<QLabel*>(m_why)})
        label->setAlignment(Qt::AlignCenter);
    auto* column = new QVBoxLayout(this);
    column->setSpacing(6);
    column->addStretch(2);
    column->addWidget(m_icon, 0, Qt::AlignHCenter);
    column->addWidget(m_what, 0, Qt::AlignHCenter);
    auto* wide = new QHBoxLayout;
    wide->addStretch();
    wide->addWidget(m_why, 100);
    wide->addStretch();
    column->addLayout(wide);
    column->addStretch(3);
}

void EmptyState::show(const QString& icon, const QString& what, const QString& why)
{
    m_iconName = icon;
    m_what->setText(what);
    m_why->setText(why);
    setAccessibleName(what);
    setAccessibleDescription(why);
    redraw();
}

void EmptyState::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange)
        redraw();
    QWidget::changeEvent(event);
}

void EmptyState::redraw()
{
    if (!m_iconName.isEmpty())
        m_icon->setPixmap(
            outboard::icon(m_iconName, Tone::Muted).pixmap(QSize(32, 32), devicePixelRatioF()));
}

} // namespace outboard
