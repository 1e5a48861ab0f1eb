// SPDX-License-Identifier: GPL-3.0-or-later
#include "tray.h"

#include "mainwindow.h"
#include "panels/overviewnumbers.h"
#include "parts/icons.h"
#include "services/findingmutes.h"
#include "services/session.h"
#include "text/format.h"

#include <QSystemTrayIcon>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

QSet<QString> criticalsOf(const Snapshot& snapshot)
{
    QSet<QString> ids;
    for (const Finding& finding : unmuted(snapshot.findings)) {
        if (finding.severity == Severity::Critical)
            ids.insert(finding.id);
    }
    return ids;
}

} // namespace

TrayLook trayLook(const SnapshotPtr& snapshot, const Profile& profile, TimePoint now)
{
    const Headline headline = overviewHeadline(snapshot, profile, now);
    QString toolTip = format::oneLine(profile.name, 60) + u": "_s + headline.title;
    if (snapshot && headline.tone != Tone::Good)
        toolTip += u'\n' + headline.text;
    return {headline.icon, headline.tone, toolTip};
}

QList<Finding> newCriticals(const std::optional<QSet<QString>>& before, const Snapshot& snapshot)
{
    QList<Finding> fresh;
    if (!before)
        return fresh;
    for (const Finding& finding : unmuted(snapshot.findings)) {
        if (finding.severity == Severity::Critical && !before->contains(finding.id))
            fresh.append(finding);
    }
    return fresh;
}

Tray* Tray::make(Session& session, MainWindow& window)
{
    return QSystemTrayIcon::isSystemTrayAvailable() ? new Tray(session, window) : nullptr;
}

Tray::Tray(Session& session, MainWindow& window)
    : QObject(&window)
    , m_session(session)
    , m_window(window)
    , m_icon(new QSystemTrayIcon(this))
{
    window.watchWhileHidden();
    connect(&session.poller(), &Poller::polled, this, &Tray::present);
    connect(m_icon, &QSystemTrayIcon::activated, this, &Tray::openWindow);
    connect(m_icon, &QSystemTrayIcon::messageClicked, this, &Tray::openWindow);
    const TrayLook look = trayLook(nullptr, session.profile(), session.clock()());
    m_icon->setIcon(icon(look.icon, look.tone));
    m_icon->setToolTip(look.toolTip);
    m_icon->show();
}

void Tray::present(const SnapshotPtr& snapshot)
{
    const TrayLook look = trayLook(snapshot, m_session.profile(), m_session.clock()());
    m_icon->setIcon(icon(look.icon, look.tone));
    m_icon->setToolTip(look.toolTip);
    const QList<Finding> fresh = newCriticals(m_criticals, *snapshot);
    m_criticals = criticalsOf(*snapshot);
    if (fresh.isEmpty() || m_window.isActiveWindow() || !QSystemTrayIcon::supportsMessages())
        return;
    QStringList titles;
    for (const Finding& finding : fresh)
        titles << format::oneLine(finding.title, 200);
    m_icon->showMessage(
        tr("%1 – Outboard").arg(format::oneLine(m_session.profile().name, 60)),
        titles.join(u'\n'),
        QSystemTrayIcon::Critical);
}

void Tray::openWindow()
{
    m_window.setWindowState(m_window.windowState() & ~Qt::WindowMinimized);
    m_window.show();
    m_window.raise();
    m_window.activateWindow();
}

} // namespace outboard
