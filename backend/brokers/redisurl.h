// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "net/netplace.h"
#include "settings/profile.h"

#include <QList>
#include <QString>

#include <optional>
#include <tuple>

namespace outboard {

/// Where one server of several listens.
struct RedisAddress
{
    QString host;
    quint16 port = 6379;

    /// "host:port"; IPv6 in brackets.
    QString text() const;

    friend bool operator==(const RedisAddress&, const RedisAddress&) = default;

    friend bool operator<(const RedisAddress& a, const RedisAddress& b)
    {
        return std::tie(a.host, a.port) < std::tie(b.host, b.port);
    }
};

/// Where a Redis server is and how to log in.
struct RedisEndpoint
{
    enum class Transport { Tcp, Tls, UnixSocket };

    /// What listens at the addresses.
    enum class Servers {
        One,       ///< A server; or any node of a cluster, which is found out.
        Sentinels, ///< They know where the master is.
        Cluster,   ///< Some of its nodes.
    };

    Transport transport = Transport::Tcp;
    Servers servers = Servers::One;
    QString host; ///< Of the first address.
    quint16 port = 6379;
    std::optional<NetPlace> through = {}; ///< Connects there instead, to a tunnel's near end;
                                          ///< `host` stays the name that TLS verifies.
    QList<RedisAddress> addresses;        ///< Of Sentinels and Cluster; in the order to try.
    QString master;                       ///< The name that Sentinels know it by.
    QString path;                         ///< Of the unix socket.
    QString user;                         ///< Empty: the default user.
    std::optional<QString> password;
    int database = 0;
    TlsSettings tls;

    /// One server of several, with the same login and TLS.
    RedisEndpoint at(const RedisAddress& address) const;

    /// For screens and errors: the URL without the password.
    QString text() const;
};

/// Reads redis://, rediss:// and unix:// URLs, with user and password percent-decoded, and with
/// several addresses redis+sentinel://a:26379,b:26379/mymaster/0 and redis+cluster://a,b (rediss+…
/// for TLS). Error::Refused with a sentence that says what to write; the URL is not repeated,
/// because it may hold a password. TLS files together with a URL without TLS are refused too.
Result<RedisEndpoint> parseRedisUrl(const QString& url, const TlsSettings& tls = {});

} // namespace outboard
