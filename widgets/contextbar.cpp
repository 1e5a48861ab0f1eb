// SPDX-License-Identifier: GPL-3.0-or-later
#include "contextbar.h"

#include "incidentsbutton.h"
#include "navigation.h"
#include "parts/environmentband.h"
#include "refreshcontrol.h"
#include "services/session.h"
#include "sourcepills.h"
#include "theme.h"
#include "writelockbutton.h"

#include <QHBoxLayout>
#include <QPainter>

namespace outboard {

using namespace Qt::StringLiterals;

ContextBar::ContextBar(Session& session, QSettings* settings, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
    , m_row(new QHBoxLayout(this))
    , m_pills(new SourcePills(session.profile(), this))
    , m_writeLock(new WriteLockButton(session, this))
{
    setObjectName(u"contextBar"_s);
    auto* band = new EnvironmentBand(session.profile(), this);
    band->setFixedWidth(Navigation::fullWidth);
    m_row->setContentsMargins(0, 0, 16, 0);
    m_row->setSpacing(10);
    m_row->addWidget(band);
    m_row->addSpacing(6);
    m_row->addWidget(m_pills);
    m_row->addStretch();
    m_row->addWidget(new RefreshControl(session.poller(), settings, this));
    m_row->addWidget(m_writeLock);
    connect(m_pills, &SourcePills::askAgain, &session.poller(), &Poller::pollNow);
}

void ContextBar::present(const SnapshotPtr& snapshot)
{
    m_pills->show(snapshot->sources, m_session.clock()());
}

void ContextBar::tick()
{
    m_writeLock->tick();
}

void ContextBar::toggleWriteLock()
{
    m_writeLock->toggle();
}

QList<QAction*> ContextBar::addIncidents(Incidents& incidents)
{
    auto* button = new IncidentsButton(incidents, this);
    // Left of what every profile has: interval and write lock keep their places.
    m_row->insertWidget(m_row->count() - 2, button);
    return button->commands();
}

void ContextBar::paintEvent(QPaintEvent*)
{
    const Theme& theme = currentTheme();
    QPainter painter(this);
    painter.fillRect(rect(), theme.surface);
    painter.fillRect(QRect(0, height() - 1, width(), 1), theme.border);
    // Under the whole bar, so that the environment is seen from the corner of the eye.
    painter.fillRect(
        QRect(0, height() - 3, width(), 3), theme.band(m_session.profile().environment));
}

} // namespace outboard
