// SPDX-License-Identifier: GPL-3.0-or-later
#include "runwindow.h"

#include "dialogs/approvaldialog.h"
#include "dialogs/connectwizard.h"
#include "mainwindow.h"
#include "services/historykeeper.h"
#include "services/session.h"
#include "theme.h"
#include "tray.h"

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

/// The dialog is all there is of the application until it is closed.
void runAlone(QApplication& app, QDialog& dialog)
{
    QSettings settings(QSettings::IniFormat, QSettings::UserScope, u"outboard"_s, u"window"_s);
    applyTheme(app, rememberedMode(settings));
    QObject::connect(&dialog, &QDialog::finished, &app, &QCoreApplication::quit);
    dialog.show();
    QApplication::exec();
}

} // namespace

QString makeFirstProfile(QApplication& app, const ProfileStore& store)
{
    QString name;
    ConnectWizard wizard(store);
    wizard.setAttribute(Qt::WA_DeleteOnClose, false);
    QObject::connect(
        &wizard, &ConnectWizard::saved, &wizard, [&name](const QString& saved) { name = saved; });
    runAlone(app, wizard);
    return name;
}

Result<Profile> approvedProfile(
    QApplication& app, const ProfileStore& store, const Profile& profile)
{
    if (!ApprovalDialog::isNeeded(profile))
        return profile;
    ApprovalDialog dialog(store, profile);
    dialog.setAttribute(Qt::WA_DeleteOnClose, false);
    runAlone(app, dialog);
    return store.approvals().applied(profile);
}

int runWindow(
    QApplication& app,
    const BackendsPtr& backends,
    const std::shared_ptr<RunStore>& runs,
    const OpenedJournal& journal,
    const std::shared_ptr<DeadStore>& dead,
    Incidents* incidents,
    PasswordKeeper* passwords,
    const std::shared_ptr<MuteStore>& mutes,
    const QString& historyPath)
{
    QSettings settings(QSettings::IniFormat, QSettings::UserScope, u"outboard"_s, u"window"_s);
    applyTheme(app, rememberedMode(settings));
    Session session(backends, runs, journal, systemClock());
    session.setDeadStore(dead);
    session.poller().mutes().use(mutes);
    if (!historyPath.isEmpty())
        new HistoryKeeper(historyPath, session.poller(), systemClock(), &session);
    MainWindow window(session, settings);
    if (incidents)
        window.addIncidents(*incidents);
    if (passwords)
        window.askForPasswords(*passwords);
    Tray::make(session, window);
    window.show();
    return QApplication::exec();
}

} // namespace outboard
