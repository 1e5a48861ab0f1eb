// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "sandbox/serveruser.h"

#include <QString>

#include <memory>
#include <optional>

namespace outboard {

/// A private directory "ob-XXXXXX" (mode 0700) that lives as long as this object. The open
/// directory is locked (flock), so the kernel tells a living sandbox from what a killed one left
/// behind.
class SandboxDirectory
{
public:
    /// Below the temporary directory, or below /tmp where that is too long for a socket's path or
    /// closed to `owner`. Owned by `owner` when given.
    static Result<std::unique_ptr<SandboxDirectory>> create(const std::optional<ServerUser>& owner);

    /// Removes the directories of sandboxes that no longer live, of this user (as root also those
    /// of `owner`). How many were removed.
    static int sweep(const std::optional<ServerUser>& owner);

    /// Removes the directory with all it holds: stop the servers first.
    ~SandboxDirectory();
    Q_DISABLE_COPY_MOVE(SandboxDirectory)

    const QString& path() const { return m_path; }

    /// Absolute path of something in the directory.
    QString file(const QString& name) const;

private:
    SandboxDirectory(QString path, int lock);

    QString m_path;
    int m_lock;
};

} // namespace outboard
