// SPDX-License-Identifier: GPL-3.0-or-later
#include "parts/choice.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QToolButton>

namespace outboard {

using namespace Qt::StringLiterals;

Choice::Choice(const QString& accessibleName, const QStringList& words, QWidget* parent)
    : QWidget(parent)
    , m_group(new QButtonGroup(this))
{
    setAccessibleName(accessibleName);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins({});
    row->setSpacing(2);
    for (const QString& word : words) {
        auto* button = new QToolButton(this);
        button->setText(word);
        button->setCheckable(true);
        button->setObjectName(u"choice:"_s + word);
        button->setAccessibleName(accessibleName + u": " + word);
        row->addWidget(button);
        m_group->addButton(button, int(m_group->buttons().size()));
    }
    connect(m_group, &QButtonGroup::idClicked, this, &Choice::chosen);
}

int Choice::current() const
{
    return m_group->checkedId();
}

void Choice::setCurrent(int index)
{
    m_group->button(index)->setChecked(true);
}

} // namespace outboard
