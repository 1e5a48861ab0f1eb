// SPDX-License-Identifier: GPL-3.0-or-later
#include "parts/tile.h"

#include "parts/label.h"
#include "plots/sparkline.h"
#include "text/sourcetext.h"

#include <QGridLayout>

namespace outboard {

using namespace Qt::StringLiterals;

Tile::Tile(const QString& id, const QString& title, QWidget* parent)
    : Card(parent)
    , m_value(new Label(this, Label::Style::Value))
    , m_note(new Label(this, Label::Style::Small, Tone::Muted))
    , m_sparkline(new Sparkline(this))
{
    setObjectName(u"tile:"_s + id);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    auto* name = new Label(this, Label::Style::Small, Tone::Muted);
    name->setText(title);
    m_value->setObjectName(u"tileValue"_s);
    m_note->setObjectName(u"tileNote"_s);
    m_note->setElided(true);
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(14, 7, 12, 7);
    grid->setHorizontalSpacing(10);
    grid->setVerticalSpacing(0);
    grid->addWidget(name, 0, 0, 1, 2);
    grid->addWidget(m_value, 1, 0);
    grid->addWidget(m_sparkline, 1, 1);
    grid->addWidget(m_note, 2, 0, 1, 2);
    grid->setColumnStretch(1, 1);
    setAccessibleName(title);
}

void Tile::show(
    const QString& value, const QString& note, const QString& toolTip, Tone tone, bool isOld)
{
    m_value->setText(value);
    m_value->setTone(isOld || value == u"?" ? Tone::Muted : tone);
    m_note->setText(note);
    setToolTip(toolTip.isEmpty() ? QString() : plainToolTip(toolTip));
    setAccessibleDescription(value + u", " + note + u". " + toolTip);
}

} // namespace outboard
