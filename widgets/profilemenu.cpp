// SPDX-License-Identifier: GPL-3.0-or-later
#include "profilemenu.h"

#include "dialogs/approvaldialog.h"
#include "dialogs/connectwizard.h"
#include "parts/fileprompt.h"
#include "settings/profileexchange.h"

#include <QCoreApplication>
#include <QMessageBox>
#include <QProcess>

namespace outboard {

using namespace Qt::StringLiterals;

ProfileMenu::ProfileMenu(ProfileStore store, Profile current, QWidget* window)
    : QMenu(window)
    , m_store(std::move(store))
    , m_current(std::move(current))
    , m_window(window)
    , m_others(new QMenu(tr("Open"), this))
{
    setObjectName(u"profileMenu"_s);
    m_others->setObjectName(u"otherProfiles"_s);
    addAction(tr("New profile…"), this, &ProfileMenu::makeProfile);
    addAction(tr("Import…"), this, &ProfileMenu::importFile);
    addAction(tr("Export “%1”…").arg(m_current.name), this, &ProfileMenu::exportFile);
    addSeparator();
    addMenu(m_others);
    connect(this, &QMenu::aboutToShow, this, &ProfileMenu::listProfiles);
}

void ProfileMenu::listProfiles()
{
    m_others->clear();
    for (const QString& name : m_store.names()) {
        if (name != m_current.name)
            m_others->addAction(name, this, [this, name] { openWindow(name); });
    }
    m_others->setEnabled(!m_others->isEmpty());
}

void ProfileMenu::makeProfile()
{
    auto* wizard = new ConnectWizard(m_store, m_window);
    connect(wizard, &ConnectWizard::saved, this, [this](const QString& name) {
        emit noticed(tr("Profile %1 is saved; it is listed under Profiles.").arg(name));
    });
    wizard->open();
}

void ProfileMenu::importFile()
{
    askOpenPath(
        m_window,
        tr("Import a profile"),
        {tr("Profiles (*.json)"), tr("All files (*)")},
        [this](const QString& path) { importFrom(path); });
}

void ProfileMenu::importFrom(const QString& path)
{
    const auto imported = importProfile(m_store, path, {});
    if (!imported) {
        tell(tr("Import a profile"), imported.error().what);
        return;
    }
    emit noticed(tr("Profile %1 is imported; it is listed under Profiles.").arg(imported->name));
    if (ApprovalDialog::isNeeded(*imported))
        (new ApprovalDialog(m_store, *imported, m_window))->open();
}

void ProfileMenu::exportFile()
{
    askSavePath(
        m_window,
        tr("Export the profile without its passwords"),
        m_current.name + u".json"_s,
        {tr("Profiles (*.json)")},
        [this](const QString& path) { exportTo(path); });
}

void ProfileMenu::exportTo(const QString& path)
{
    if (const auto done = exportProfile(m_current, path); !done)
        tell(tr("Export the profile"), done.error().what);
    else
        emit noticed(tr("Profile %1 is exported to %2.").arg(m_current.name, path));
}

void ProfileMenu::tell(const QString& title, const QString& text)
{
    auto* box = new QMessageBox(QMessageBox::Warning, title, text, QMessageBox::Ok, m_window);
    box->setObjectName(u"profileProblem"_s);
    box->setTextFormat(Qt::PlainText);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->open();
}

/// A window has one profile: its colour and its write lock must not change under the operator.
void ProfileMenu::openWindow(const QString& profile)
{
    if (!QProcess::startDetached(
            QCoreApplication::applicationFilePath(), {u"--profile"_s, profile}))
        tell(tr("Open a profile"), tr("Outboard could not be started a second time."));
}

} // namespace outboard
