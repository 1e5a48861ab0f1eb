// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"
#include "net/netplace.h"
#include "settings/profile.h"

#include <QString>

#include <optional>

namespace outboard {

/// Why ssh ended before the tunnel stood, by what it wrote to standard error (English always).
Error sshError(const SshSettings& settings, const QString& output);

/// What ssh wrote about a tunnel that stands, but leads to a server that the SSH host cannot
/// reach, or may not; nothing when it wrote no such thing.
std::optional<Error> farEndError(
    const SshSettings& settings, const NetPlace& server, const QString& output);

} // namespace outboard
