// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/redisurl.h"

#include <QCoreApplication>
#include <QHash>
#include <QStringList>
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
            "rediss://user@host:6379/0 for TLS, unix:///path/to/redis.sock?db=0, "
            "redis+sentinel://user@host1:26379,host2:26379/mymaster/0, or "
            "redis+cluster://user@host1:6379,host2:6379.")
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

Result<std::optional<int>> databaseOfPath(const QString& path)
{
    if (path.isEmpty() || path == u"/")
        return std::optional<int>();
    const auto number = parseDatabase(path.mid(1));
    return number ? Result<std::optional<int>>(*number) : number.error();
}

struct Scheme
{
    RedisEndpoint::Transport transport;
    RedisEndpoint::Servers servers;
};

std::optional<Scheme> schemeOf(const QString& name)
{
    using Transport = RedisEndpoint::Transport;
    using Servers = RedisEndpoint::Servers;
    static const QHash<QString, Scheme> known{
        {u"redis"_s, {Transport::Tcp, Servers::One}},
        {u"rediss"_s, {Transport::Tls, Servers::One}},
        {u"unix"_s, {Transport::UnixSocket, Servers::One}},
        {u"redis+sentinel"_s, {Transport::Tcp, Servers::Sentinels}},
        {u"rediss+sentinel"_s, {Transport::Tls, Servers::Sentinels}},
        {u"redis+cluster"_s, {Transport::Tcp, Servers::Cluster}},
        {u"rediss+cluster"_s, {Transport::Tls, Servers::Cluster}}};
    const auto found = known.find(name);
    return found == known.end() ? std::nullopt : std::optional(*found);
}

QString schemeText(const RedisEndpoint& endpoint)
{
    const QString name =
        endpoint.transport == RedisEndpoint::Transport::Tls ? u"rediss"_s : u"redis"_s;
    switch (endpoint.servers) {
    case RedisEndpoint::Servers::One: break;
    case RedisEndpoint::Servers::Sentinels: return name + u"+sentinel"_s;
    case RedisEndpoint::Servers::Cluster: return name + u"+cluster"_s;
    }
    return name;
}

/// One URL for each address of "scheme://user@a:1,b:2/path": what QUrl can read.
QStringList urlsOf(const QString& text)
{
    const qsizetype begin = text.indexOf(u"://") + 3;
    const qsizetype slash = text.indexOf(u'/', begin);
    const qsizetype end = slash < 0 ? text.size() : slash;
    const qsizetype at = text.left(end).lastIndexOf(u'@');
    const qsizetype hosts = at < begin ? begin : at + 1;
    QStringList urls;
    for (const QString& host : text.mid(hosts, end - hosts).split(u','))
        urls << text.left(hosts) + host + text.mid(end);
    return urls;
}

quint16 defaultPort(RedisEndpoint::Servers servers)
{
    return servers == RedisEndpoint::Servers::Sentinels ? 26379 : 6379;
}

/// Takes the master's name out of "/mymaster/0", so that the database is left.
Result<void> takeMaster(QString& path, RedisEndpoint& endpoint)
{
    endpoint.master = path.section(u'/', 1, 1);
    path = path.section(u'/', 2);
    if (!path.isEmpty())
        path.prepend(u'/');
    if (endpoint.master.isEmpty())
        return badUrl(QCoreApplication::translate(
            "outboard", "the name that Sentinel knows the master by comes after the addresses."));
    return {};
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
        endpoint.port = quint16(url.port(defaultPort(endpoint.servers)));
    }
    const auto asked = databaseOfQuery(url);
    if (!asked)
        return asked.error();
    QString path = isSocket ? QString() : url.path(QUrl::FullyDecoded);
    if (endpoint.servers == RedisEndpoint::Servers::Sentinels) {
        if (auto taken = takeMaster(path, endpoint); !taken)
            return taken;
    }
    const auto inPath = databaseOfPath(path);
    if (!inPath)
        return inPath.error();
    endpoint.database = inPath->value_or(asked->value_or(0));
    if (endpoint.servers == RedisEndpoint::Servers::Cluster && endpoint.database != 0)
        return badUrl(QCoreApplication::translate("outboard", "a cluster has only database 0."));
    return {};
}

/// User, password, database and the first address.
Result<RedisEndpoint> readUrl(const QString& text)
{
    const QUrl url(text, QUrl::StrictMode);
    if (!url.isValid() || url.hasFragment())
        return badUrl(QCoreApplication::translate(
            "outboard",
            "a special letter stands in the wrong place. In a user or password write %40 for @, "
            "%3A for :, %2F for /, %3F for ?, %23 for # and %25 for %."));
    const auto scheme = schemeOf(url.scheme());
    if (!scheme)
        return badUrl(QCoreApplication::translate("outboard", "it begins with an unknown scheme."));
    RedisEndpoint endpoint;
    endpoint.transport = scheme->transport;
    endpoint.servers = scheme->servers;
    if (auto read = readAddress(url, endpoint); !read)
        return read.error();
    endpoint.user = url.userName(QUrl::FullyDecoded);
    if (const QString password = url.password(QUrl::FullyDecoded); !password.isEmpty())
        endpoint.password = password;
    return endpoint;
}

Result<RedisEndpoint> readSeveral(const QString& text)
{
    std::optional<RedisEndpoint> all;
    for (const QString& url : urlsOf(text)) {
        const auto one = readUrl(url);
        if (!one)
            return one.error();
        if (!all)
            all = *one;
        all->addresses.append({one->host, one->port});
    }
    return *all;
}

} // namespace

QString RedisAddress::text() const
{
    return (host.contains(u':') ? u"[%1]:%2"_s : u"%1:%2"_s).arg(host, QString::number(port));
}

RedisEndpoint RedisEndpoint::at(const RedisAddress& address) const
{
    RedisEndpoint one = *this;
    one.servers = Servers::One;
    one.host = address.host;
    one.port = address.port;
    one.addresses.clear();
    one.master.clear();
    // Other nodes are never behind the same socket.
    if (transport == Transport::UnixSocket)
        one.transport = Transport::Tcp;
    return one;
}

QString RedisEndpoint::text() const
{
    const QString who = user.isEmpty() ? QString() : QString(user + u'@');
    if (transport == Transport::UnixSocket)
        return u"unix://%1%2?db=%3"_s.arg(who, path).arg(database);
    QStringList places;
    for (const RedisAddress& address : addresses)
        places << address.text();
    if (places.isEmpty())
        places << RedisAddress{host, port}.text();
    const QString name = master.isEmpty() ? QString() : QString(master + u'/');
    return u"%1://%2%3/%4%5"_s.arg(
        schemeText(*this), who, places.join(u','), name, QString::number(database));
}

Result<RedisEndpoint> parseRedisUrl(const QString& text, const TlsSettings& tls)
{
    const QString url = text.trimmed();
    if (url.isEmpty())
        return badUrl(QCoreApplication::translate("outboard", "it is empty."));
    const auto scheme = schemeOf(url.section(u':', 0, 0));
    const bool isOne = !scheme || scheme->servers == RedisEndpoint::Servers::One;
    auto endpoint = isOne || !url.contains(u"://") ? readUrl(url) : readSeveral(url);
    if (!endpoint)
        return endpoint.error();
    endpoint->tls = tls;
    if (endpoint->transport != RedisEndpoint::Transport::Tls && tls != TlsSettings())
        return badUrl(QCoreApplication::translate(
            "outboard", "TLS files are set, but it does not ask for TLS."));
    return endpoint;
}

} // namespace outboard
