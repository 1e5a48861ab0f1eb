// SPDX-License-Identifier: GPL-3.0-or-later
#include "parts/actionbutton.h"

#include <QAction>
#include <QPushButton>

namespace outboard {

using namespace Qt::StringLiterals;

QAction* makeAction(QWidget* owner, const QString& objectName, const QString& text)
{
    auto* action = new QAction(text, owner);
    action->setObjectName(objectName);
    owner->addAction(action);
    return action;
}

QPushButton* makeButton(QAction* action, ButtonLook look, QWidget* parent)
{
    auto* button = new QPushButton(parent);
    button->setObjectName(action->objectName() + u"Button"_s);
    button->setAutoDefault(false);
    button->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setLook(*button, look);
    const auto follow = [button, action] {
        button->setText(action->text());
        button->setToolTip(action->toolTip() == action->text() ? QString() : action->toolTip());
        button->setEnabled(action->isEnabled());
        button->setVisible(action->isVisible());
    };
    QObject::connect(action, &QAction::changed, button, follow);
    QObject::connect(button, &QPushButton::clicked, action, &QAction::trigger);
    follow();
    return button;
}

} // namespace outboard
