// SPDX-License-Identifier: GPL-3.0-or-later
#include "incidentsbutton.h"

#include "parts/icons.h"
#include "sandbox/incidents.h"

#include <QAction>
#include <QMenu>

namespace outboard {

using namespace Qt::StringLiterals;

IncidentsButton::IncidentsButton(Incidents& incidents, QWidget* parent)
    : QToolButton(parent)
    , m_incidents(incidents)
{
    setObjectName(u"incidents"_s);
    setToolTip(tr("Let something go wrong in the sandbox, and mend it"));
    setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    setPopupMode(QToolButton::InstantPopup);
    auto* menu = new QMenu(this);
    menu->setToolTipsVisible(true);
    setMenu(menu);
    for (const Incident& incident : m_incidents.all())
        addIncident(incident.name, incident.title, incident.description);
    menu->addSeparator();
    m_endAll = menu->addAction(tr("End all incidents"));
    m_endAll->setObjectName(u"incident:endAll"_s);
    connect(m_endAll, &QAction::triggered, this, [this] { m_incidents.endAll(); });
    connect(&m_incidents, &Incidents::activeChanged, this, &IncidentsButton::follow);
    follow();
}

void IncidentsButton::addIncident(
    const QString& name, const QString& title, const QString& description)
{
    QAction* toggle = menu()->addAction(tr("Incident: %1").arg(title));
    toggle->setObjectName(u"incident:"_s + name);
    toggle->setCheckable(true);
    toggle->setToolTip(description);
    connect(toggle, &QAction::triggered, this, [this, name, toggle](bool isWanted) {
        const auto done = isWanted ? m_incidents.start(name) : m_incidents.end(name);
        // Refused: the tick goes back to what holds, and the reason stands where it was asked for.
        if (!done)
            toggle->setToolTip(done.error().what);
        follow();
    });
    m_toggles.append(toggle);
}

QList<QAction*> IncidentsButton::commands() const
{
    return m_toggles + QList<QAction*>{m_endAll};
}

void IncidentsButton::follow()
{
    for (qsizetype i = 0; i < m_toggles.size(); ++i)
        m_toggles[i]->setChecked(m_incidents.isActive(m_incidents.all()[size_t(i)].name));
    const auto active = int(m_incidents.active().size());
    m_endAll->setEnabled(active > 0);
    const QString text = active == 0   ? tr("Incidents")
                         : active == 1 ? tr("1 incident")
                                       : tr("%1 incidents").arg(active);
    setText(text);
    setAccessibleName(text);
    setIcon(
        active > 0 ? outboard::icon(u"warning"_s, Tone::Warning) : outboard::icon(u"warning"_s));
}

} // namespace outboard
