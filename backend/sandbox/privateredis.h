// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "sandbox/serverprocess.h"

#include <QString>

#include <memory>
#include <optional>

namespace outboard {

class SandboxDirectory;

/// A Redis server on a unix socket in the sandbox's directory, without persistence. Main thread
/// only.
class PrivateRedis
{
public:
    PrivateRedis(const SandboxDirectory& directory, const std::optional<ServerUser>& user);

    /// Starts the server and returns; finish() waits until it answers.
    /// Error::Missing names the Debian package when Redis is not installed.
    Result<void> begin();

    Result<void> finish();

    void stop();

    /// URL of the socket, as a profile's broker takes it.
    QString url() const;

    /// Null before begin() has succeeded.
    ServerProcess* server() const { return m_server.get(); }

private:
    QString socket() const;

    const SandboxDirectory& m_directory;
    std::optional<ServerUser> m_user;
    std::unique_ptr<ServerProcess> m_server;
};

} // namespace outboard
