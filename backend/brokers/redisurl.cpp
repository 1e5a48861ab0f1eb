// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/redisurl.h"

#include <QCoreApplication>
#include <QUrl>
#include <QUrlQuery>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

Error badUrl(const QString& reason)
{
    return {
        Error::Kind::Refused,
        QCoreApplication::translate(
            "outboard",
            "The broker's URL cannot be used: %1 Write redis://user@host:6379/0, "
            "rediss://user@host:6379/0 for TLS, or unix:///path/to/redis.sock?db=0.")
            .arg(reason),
        {}};
}

Result<int> parseDatabase(const QString& text)
{
    bool ok = false;
    const int number = text.toInt(&ok);
    if (ok && number >= 0)
        return number;
    return badUrl(QCoreApplication::translate("outboard", "the database is a number from 0."));
}

/// "?db=0"; anything else is a mistake that would otherwise go unnoticed.
Result<std::optional<int>> databaseOfQuery(const QUrl& url)
{
    std::optional<int> database;
    for (const auto& [name, value] : QUrlQuery(url).queryItems()) {
        if (name != u"db")
            return badUrl(QCoreApplication::translate("outboard", "the option \"%1\" is not known.")
                              .arg(name));
        const auto number = parseDatabase(value);
        if (!number)
            return number.error();
        database = *number;
    }
    return database;
}

Result<std::optional<int>> databaseOfPath(const QUrl& url)
{
    const QString path = url.path();
    if (path.isEmpty() || path == u"/")
        return std::optional<int>();
    const auto number = parseDatabase(path.mid(1));
    return number ? Result<std::optional<int>>(*number) : number.error();
}

std::optional<RedisEndpoint::Transport> transportOf(const QString& scheme)
{
    if (scheme == u"redis")
        return RedisEndpoint::Transport::Tcp;
    if (scheme == u"rediss")
        return RedisEndpoint::Transport::Tls;
    if (scheme == u"unix")
        return RedisEndpoint::Transport::UnixSocket;
    return std::nullopt;
}

Result<void> readAddress(const QUrl& url, RedisEndpoint& endpoint)
{
    const bool isSocket = endpoint.transport == RedisEndpoint::Transport::UnixSocket;
    if (isSocket) {
        endpoint.path = url.path(QUrl::FullyDecoded);
        if (!url.host().isEmpty() || !endpoint.path.startsWith(u'/'))
            return badUrl(QCoreApplication::translate(
                "outboard", "the socket's path begins with a third slash."));
    } else {
        endpoint.host = url.host().isEmpty() ? u"localhost"_s : url.host();
        endpoint.port = quint16(url.port(6379));
    }
    const auto asked = databaseOfQuery(url);
    if (!asked)
        return asked.error();
    const auto inPath = isSocket ? Result<std::optional<int>>(std::nullopt) : databaseOfPath(url);
    if (!inPath)
        return inPath.error();
    endpoint.database = inPath->value_or(asked->value_or(0));
    return {};
}

} // namespace

QString RedisEndpoint::text() const
{
    const QString who = user.isEmpty() ? QString() : QString(user + u'@');
    if (transport == Transport::UnixSocket)
        return u"unix://%1%2?db=%3"_s.arg(who, path).arg(database);
    const QString scheme = transport == Transport::Tls ? u"rediss"_s : u"redis"_s;
    const QString name = host.contains(u':') ? QString(u'[' + host + u']') : host;
    return u"%1://%2%3:%4/%5"_s.arg(scheme, who, name).arg(port).arg(database);
}

Result<RedisEndpoint> parseRedisUrl(const QString& text, const TlsSettings& tls)
{
    const QUrl url(text.trimmed(), QUrl::StrictMode);
    if (text.trimmed().isEmpty())
        return badUrl(QCoreApplication::translate("outboard", "it is empty."));
    if (!url.isValid() || url.hasFragment())
        return badUrl(QCoreApplication::translate(
            "outboard",
            "a special letter stands in the wrong place. In a user or password write %40 for @, "
            "%3A for :, %2F for /, %3F for ?, %23 for # and %25 for %."));
    const auto transport = transportOf(url.scheme());
    if (!transport)
        return badUrl(QCoreApplication::translate("outboard", "it begins with an unknown scheme."));
    RedisEndpoint endpoint;
    endpoint.transport = *transport;
    if (auto read = readAddress(url, endpoint); !read)
        return read.error();
    endpoint.user = url.userName(QUrl::FullyDecoded);
    if (const QString password = url.password(QUrl::FullyDecoded); !password.isEmpty())
        endpoint.password = password;
    endpoint.tls = tls;
    if (*transport != RedisEndpoint::Transport::Tls && tls != TlsSettings())
        return badUrl(QCoreApplication::translate(
            "outboard", "TLS files are set, but it does not ask for TLS."));
    return endpoint;
}

} // namespace outboard
