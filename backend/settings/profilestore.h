// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "settings/handlerapprovals.h"
#include "settings/profile.h"

#include <QString>
#include <QStringList>

namespace outboard {

/// Profile files in one folder, NAME.json each.
class ProfileStore
{
public:
    /// The folder need not exist.
    explicit ProfileStore(QString folder = defaultFolder());

    /// <AppConfigLocation>/profiles.
    static QString defaultFolder();

    /// Names, sorted; files whose name cannot be a profile's are left out.
    QStringList names() const;

    /// Error::Missing lists the names there are; Error::Refused names the file and what is wrong in
    /// it, also when its "name" differs from the file's. Handlers that await approval say so.
    Result<Profile> load(const QString& name) const;

    /// Any file. A file without "name" is called as the file is.
    static Result<Profile> loadFile(const QString& path);

    /// Replaces the file as a whole, mode 0600, in a folder with mode 0700. Passwords are left out:
    /// store them in the keychain first.
    Result<void> save(const Profile& profile) const;

    /// Of the profiles that were imported into this folder.
    HandlerApprovals approvals() const;

    /// Error::Missing when there is none.
    Result<void> remove(const QString& name) const;

private:
    QString pathOf(const QString& name) const;

    QString m_folder;
};

} // namespace outboard
