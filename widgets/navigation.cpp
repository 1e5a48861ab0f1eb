// SPDX-License-Identifier: GPL-3.0-or-later
#include "navigation.h"

#include "navigationbutton.h"
#include "theme.h"

#include <QButtonGroup>
#include <QPainter>
#include <QVBoxLayout>

namespace outboard {

using namespace Qt::StringLiterals;

Navigation::Navigation(const QList<PanelKind>& kinds, QWidget* parent)
    : QWidget(parent)
{
    setObjectName(u"navigation"_s);
    setAccessibleName(tr("Navigation"));
    setFixedWidth(fullWidth);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(8, 12, 9, 12);
    column->setSpacing(2);
    auto* group = new QButtonGroup(this);
    for (qsizetype i = 0; i < kinds.size(); ++i) {
        const PanelKind& kind = kinds.at(i);
        auto* button = new NavigationButton(kind.icon, kind.title, this);
        button->setObjectName(u"navigate:"_s + kind.id);
        if (i < 9)
            button->setToolTip(tr("%1 (Alt+%2)").arg(kind.title).arg(i + 1));
        group->addButton(button, int(i));
        column->addWidget(button);
        m_buttons.push_back(button);
    }
    column->addStretch();
    connect(group, &QButtonGroup::idClicked, this, [this](int id) { emit chosen(id); });
}

QAbstractButton* Navigation::addBelow(
    const QString& id, const QString& title, const QString& iconName)
{
    auto* button = new NavigationButton(iconName, title, this);
    button->setObjectName(u"navigate:"_s + id);
    button->setCheckable(false);
    layout()->addWidget(button);
    return button;
}

void Navigation::setCurrent(qsizetype index)
{
    m_buttons.at(size_t(index))->setChecked(true);
}

void Navigation::setBadge(qsizetype index, const QString& text, Tone tone)
{
    m_buttons.at(size_t(index))->setBadge(text, tone);
}

void Navigation::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), currentTheme().sunken);
    painter.fillRect(QRect(width() - 1, 0, 1, height()), currentTheme().border);
}

} // namespace outboard
