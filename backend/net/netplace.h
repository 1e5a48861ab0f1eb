// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"

#include <QString>

#include <functional>
#include <tuple>

namespace outboard {

/// Where something listens.
struct NetPlace
{
    QString host; ///< Name or address; IPv6 without brackets.
    quint16 port = 0;

    friend bool operator==(const NetPlace&, const NetPlace&) = default;

    friend bool operator<(const NetPlace& a, const NetPlace& b)
    {
        return std::tie(a.host, a.port) < std::tie(b.host, b.port);
    }
};

/// Where to connect so that one arrives at a server's own place: the near end of a tunnel. Blocks
/// until it is there, or says why it cannot be. Names in certificates stay those of the server.
using NetRoute = std::function<Result<NetPlace>(const NetPlace& server)>;

} // namespace outboard
