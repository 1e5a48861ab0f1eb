// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"

#include <sys/types.h>

#include <functional>
#include <optional>

namespace outboard {

/// The system user a private server runs as when Outboard itself runs as root.
struct ServerUser
{
    uid_t uid = 0;
    gid_t gid = 0;

    friend bool operator==(const ServerUser&, const ServerUser&) = default;
};

/// Absent: the servers run as whoever runs Outboard. As root it is the user "postgres", because
/// PostgreSQL refuses to run as root. Error::Missing when there is no such user.
Result<std::optional<ServerUser>> serverUser();

/// What a server's process does between fork and exec: drops to `user`, leaves the terminal's
/// process group, resets signals and asks the kernel for `deathSignal` when its parent dies. The
/// kernel watches the THREAD that forked: start servers from the main thread.
std::function<void()> childSetup(const std::optional<ServerUser>& user, int deathSignal);

} // namespace outboard
