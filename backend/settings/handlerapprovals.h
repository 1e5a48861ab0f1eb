// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "settings/profile.h"

#include <QHash>
#include <QString>
#include <QStringList>

namespace outboard {

/// Whether the handler runs a program or calls an address that its profile names.
bool runsOutside(const HandlerSettings& handler);

/// The command line or address that it runs, for people to judge: nothing is left out.
QString whatRuns(const HandlerSettings& handler);

/// Which commands and addresses of imported profiles somebody on this machine has approved: one
/// file, mode 0600, that never leaves the machine. An approval holds for exactly what was approved:
/// a changed command awaits its own.
class HandlerApprovals
{
public:
    explicit HandlerApprovals(QString path = defaultPath());

    /// <AppConfigLocation>/profiles/.approvals
    static QString defaultPath();

    /// From now on the handlers of the profile of this name await approval, all of them.
    Result<void> addImported(const QString& profile) const;

    Result<void> approve(const QString& profile, const HandlerSettings& handler) const;

    /// The profile was removed.
    Result<void> forget(const QString& profile) const;

    /// The profile with HandlerSettings::awaitsApproval set where it does; untouched when it was
    /// not imported. Error::Refused when the file cannot be read: then nothing counts as approved.
    Result<Profile> applied(Profile profile) const;

private:
    using Approved = QHash<QString, QStringList>; ///< Hashes by imported profile.

    Result<Approved> read() const;
    Result<void> write(const Approved& approved) const;

    QString m_path;
};

} // namespace outboard
