// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "net/netplace.h"
#include "settings/profile.h"

#include <QString>

#include <optional>

namespace outboard {

/// Where a Redis server is and how to log in.
struct RedisEndpoint
{
    enum class Transport { Tcp, Tls, UnixSocket };

    Transport transport = Transport::Tcp;
    QString host;
    quint16 port = 6379;
    std::optional<NetPlace> through = {}; ///< Connects there instead, to a tunnel's near end;
                                          ///< `host` stays the name that TLS verifies.
    QString path;                         ///< Of the unix socket.
    QString user;                         ///< Empty: the default user.
    std::optional<QString> password;
    int database = 0;
    TlsSettings tls;

    /// For screens and errors: the URL without the password.
    QString text() const;
};

/// Reads redis://, rediss:// and unix:// URLs, with user and password percent-decoded.
/// Error::Refused with a sentence that says what to write; the URL is not repeated, because it may
/// hold a password. TLS files together with a URL without TLS are refused too.
Result<RedisEndpoint> parseRedisUrl(const QString& url, const TlsSettings& tls = {});

} // namespace outboard
