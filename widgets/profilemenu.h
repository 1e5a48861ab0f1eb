// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "settings/profilestore.h"

#include <QMenu>

namespace outboard {

/// What can be done with profiles: make one, import, export the open one, approve what its handlers
/// run, open another one in a window of its own.
class ProfileMenu final : public QMenu
{
    Q_OBJECT

public:
    /// `window` is the parent of the dialogs.
    ProfileMenu(ProfileStore store, Profile current, QWidget* window);

    void makeProfile();
    void importFile();
    void exportFile();

signals:
    /// One line for the status bar.
    void noticed(const QString& text);

private:
    void listProfiles();
    void importFrom(const QString& path);
    void exportTo(const QString& path);
    void tell(const QString& title, const QString& text);
    void openWindow(const QString& profile);

    ProfileStore m_store;
    Profile m_current;
    QWidget* m_window;
    QMenu* m_others;
};

} // namespace outboard
