// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "sandbox/serverprocess.h"

#include <QString>
#include <QStringList>

#include <memory>
#include <optional>

namespace outboard {

class SandboxDirectory;

/// A PostgreSQL server on a unix socket in the sandbox's directory. Main thread only.
class PrivatePostgres
{
public:
    PrivatePostgres(const SandboxDirectory& directory, const std::optional<ServerUser>& user);

    /// Begins to create the database files and returns; finish() waits for them.
    /// Error::Missing names the Debian package when PostgreSQL is not installed.
    Result<void> begin();

    /// Starts the server and runs the SQL files in a new database. Blocks about half a second.
    Result<void> finish(const QStringList& sqlFiles);

    void stop();

    /// URI of the database, without a secret: only the directory's owner can reach the socket.
    QString dsn() const;

    /// Null before finish() has succeeded.
    ServerProcess* server() const { return m_server.get(); }

private:
    ServerCommand command(
        const QString& program, const QStringList& arguments, int stopSignal) const;
    Result<void> load(const QStringList& sqlFiles);

    const SandboxDirectory& m_directory;
    std::optional<ServerUser> m_user;
    QString m_binaries; ///< With a slash at the end; empty: found in PATH.
    std::unique_ptr<ServerProcess> m_initdb;
    std::unique_ptr<ServerProcess> m_server;
};

} // namespace outboard
