// SPDX-License-Identifier: GPL-3.0-or-later
#include "parts/tallybar.h"

#include "text/format.h"

#include <QHBoxLayout>
#include <QToolButton>

#include <algorithm>

namespace outboard {

using namespace Qt::StringLiterals;

TallyBar::TallyBar(QWidget* parent)
    : QWidget(parent)
    , m_layout(new QHBoxLayout(this))
{
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(8);
    m_layout->addStretch();
}

void TallyBar::setTallies(const QList<Tally>& tallies)
{
    for (QToolButton* button : std::as_const(m_buttons)) {
        m_layout->removeWidget(button);
        button->deleteLater();
    }
    m_buttons.clear();
    const bool isStillThere = std::ranges::any_of(
        tallies, [this](const Tally& tally) { return tally.count > 0 && tally.kind == m_chosen; });
    for (const Tally& tally : tallies) {
        if (tally.count == 0)
            continue;
        auto* button = new QToolButton(this);
        button->setObjectName(u"tally%1"_s.arg(tally.kind));
        button->setText(format::number(tally.count) + u' ' + tally.text);
        button->setCheckable(true);
        button->setChecked(isStillThere && tally.kind == m_chosen);
        button->setToolTip(tr("Show only these"));
        QPalette palette = this->palette();
        palette.setColor(QPalette::ButtonText, currentTheme().color(tally.tone));
        button->setPalette(palette);
        connect(button, &QToolButton::toggled, this, [this, kind = tally.kind](bool isOn) {
            choose(kind, isOn);
        });
        m_layout->insertWidget(static_cast<int>(m_buttons.size()), button);
        m_buttons.append(button);
        // A layout shows what is added to it only with the next event.
        button->show();
    }
    if (!isStillThere && m_chosen) {
        m_chosen.reset();
        emit chosenChanged();
    }
}

void TallyBar::choose(int kind, bool isOn)
{
    if (!isOn && m_chosen != kind)
        return;
    m_chosen = isOn ? std::optional(kind) : std::nullopt;
    for (QToolButton* button : std::as_const(m_buttons)) {
        if (button->objectName() != u"tally%1"_s.arg(kind))
            button->setChecked(false);
    }
    emit chosenChanged();
}

} // namespace outboard
