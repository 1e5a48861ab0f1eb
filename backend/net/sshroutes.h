// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "net/netplace.h"
#include "settings/profile.h"

#include <QtGlobal>

#include <memory>
#include <optional>
#include <stop_token>

namespace outboard {

/// The tunnels through one SSH host, one per server that is asked for, shared by all connections of
/// a source, and ended with this object. A lane of their own owns them, so any thread may ask.
class SshRoutes
{
public:
    explicit SshRoutes(SshSettings settings);
    ~SshRoutes();
    Q_DISABLE_COPY_MOVE(SshRoutes)

    /// The near end of the tunnel to this server: opened at the first call, again when it dropped.
    /// Blocks meanwhile. After a failure the same error is given for 1, 2, 4 and then 5 s, so that
    /// many connections do not knock at a host that refuses.
    Result<NetPlace> to(const NetPlace& server, const std::stop_token& stop) const;

    /// Why an SSH host lately did not reach a server, where one complained.
    std::optional<Error> complaint(const std::stop_token& stop) const;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace outboard
