// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/runstrip.h"

#include "parts/actionbutton.h"
#include "parts/label.h"
#include "parts/stepsbar.h"

#include <QAction>
#include <QHBoxLayout>
#include <QPainter>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace outboard {

using namespace Qt::StringLiterals;

RunStrip::RunStrip(const QList<QAction*>& actions, QWidget* parent)
    : QWidget(parent)
    , m_actions(actions)
    , m_buttons(new QHBoxLayout)
    , m_title(new Label(this, Label::Style::Strong))
    , m_text(new Label(this))
    , m_steps(new StepsBar(this))
    , m_progress(new QProgressBar(this))
{
    setObjectName(u"runStrip"_s);
    m_title->setObjectName(u"runState"_s);
    m_text->setObjectName(u"result"_s);
    m_text->setWordWrap(true);
    m_text->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    m_progress->setTextVisible(false);
    m_progress->setAccessibleName(tr("Progress of the run"));
    m_progress->setMinimumWidth(160);
    m_buttons->setSpacing(8);
    for (QAction* action : actions) {
        m_buttons->addWidget(makeButton(action, ButtonLook::Plain, this));
        connect(action, &QAction::changed, this, &RunStrip::refreshLooks);
    }
    auto* ladder = new QHBoxLayout;
    ladder->setSpacing(12);
    ladder->addWidget(m_steps);
    ladder->addWidget(m_progress, 1);
    auto* words = new QVBoxLayout;
    words->setSpacing(4);
    words->addWidget(m_title);
    words->addWidget(m_text);
    words->addLayout(ladder);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(14, 10, 12, 10);
    row->setSpacing(16);
    row->addLayout(words, 1);
    row->addLayout(m_buttons);
    row->setAlignment(m_buttons, Qt::AlignVCenter);
    refreshLooks();
}

void RunStrip::show(const Content& content)
{
    m_tone = content.tone;
    m_title->setTone(content.tone);
    m_title->setText(content.title);
    m_text->setText(content.text);
    m_text->setVisible(!content.text.isEmpty());
    m_steps->setVisible(content.isRunning);
    m_progress->setVisible(content.isRunning);
    if (content.isRunning) {
        m_steps->show(content.steps, content.done, content.total);
        // In thousandths, because a QProgressBar counts in int.
        m_progress->setRange(0, 1000);
        m_progress->setValue(
            content.total > 0 ? int(std::min<qint64>(1000, content.done * 1000 / content.total))
                              : 1000);
    }
    setAccessibleName(content.title);
    setAccessibleDescription(content.text);
    update();
}

void RunStrip::refreshLooks()
{
    bool isFirst = true;
    for (qsizetype i = 0; i < m_actions.size(); ++i) {
        auto* button = qobject_cast<QPushButton*>(m_buttons->itemAt(int(i))->widget());
        const bool isShown = m_actions[i]->isVisible();
        setLook(*button, isShown && isFirst ? ButtonLook::Primary : ButtonLook::Plain);
        isFirst = isFirst && !isShown;
    }
}

void RunStrip::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF box = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    painter.setPen(currentTheme().border);
    painter.setBrush(currentTheme().fill(m_tone));
    painter.drawRoundedRect(box, 6, 6);
}

} // namespace outboard
