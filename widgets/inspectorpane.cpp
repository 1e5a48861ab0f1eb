// SPDX-License-Identifier: GPL-3.0-or-later
#include "inspectorpane.h"

#include "parts/icons.h"
#include "parts/inspector.h"
#include "parts/label.h"

#include <QHBoxLayout>
#include <QToolButton>
#include <QVBoxLayout>

namespace outboard {

using namespace Qt::StringLiterals;

InspectorPane::InspectorPane(QWidget* parent)
    : QWidget(parent)
    , m_inspector(new Inspector(this))
{
    setObjectName(u"inspectorPane"_s);
    setMinimumWidth(300);
    auto* title = new Label(this, Label::Style::Strong);
    title->setText(tr("Inspector"));
    auto* close = new QToolButton(this);
    close->setObjectName(u"closeInspector"_s);
    close->setIcon(icon(u"close"_s, Tone::Muted));
    close->setAccessibleName(tr("Close the inspector"));
    close->setToolTip(tr("Close (Esc)"));
    auto* line = new QHBoxLayout;
    line->setContentsMargins(14, 8, 8, 4);
    line->addWidget(title, 1);
    line->addWidget(close);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins({});
    column->setSpacing(0);
    column->addLayout(line);
    column->addWidget(m_inspector, 1);
    connect(close, &QToolButton::clicked, this, &InspectorPane::closed);
}

void InspectorPane::show(const std::optional<Inspected>& inspected)
{
    m_inspector->show(inspected);
}

} // namespace outboard
