// SPDX-License-Identifier: GPL-3.0-or-later
#include "runwindow.h"

#include "mainwindow.h"
#include "services/session.h"
#include "theme.h"

#include <QApplication>
#include <QSettings>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

ColorMode rememberedMode(const QSettings& settings)
{
    const QString mode = settings.value(u"window/colors"_s).toString();
    return mode == u"light"  ? ColorMode::Light
           : mode == u"dark" ? ColorMode::Dark
                             : ColorMode::System;
}

} // namespace

int runWindow(
    QApplication& app,
    const BackendsPtr& backends,
    const std::shared_ptr<RunStore>& runs,
    const OpenedJournal& journal,
    const std::shared_ptr<DeadStore>& dead,
    Incidents* incidents,
    PasswordKeeper* passwords)
{
    QSettings settings(QSettings::IniFormat, QSettings::UserScope, u"outboard"_s, u"window"_s);
    applyTheme(app, rememberedMode(settings));
    Session session(backends, runs, journal, systemClock());
    session.setDeadStore(dead);
    MainWindow window(session, settings);
    if (incidents)
        window.addIncidents(*incidents);
    if (passwords)
        window.askForPasswords(*passwords);
    window.show();
    return QApplication::exec();
}

} // namespace outboard
