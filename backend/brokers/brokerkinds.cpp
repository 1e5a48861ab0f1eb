// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/brokerkinds.h"

#include "brokers/redisopen.h"
#include "brokers/redisstreamsbroker.h"
#include "brokers/redisurl.h"

#include <QCoreApplication>
#include <QStringList>

#include <utility>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("outboard", text);
}

Result<std::unique_ptr<Broker>> openRedisStreams(const BrokerRequest& request)
{
    auto endpoint = parseRedisUrl(request.settings.url, request.settings.tls);
    if (!endpoint)
        return endpoint.error();
    if (!endpoint->password)
        endpoint->password = request.password;
    const auto rules = RedisStreamsBroker::Rules::parse(request.settings);
    if (!rules)
        return rules.error();
    RedisConnection::Options options;
    options.access = request.access;
    options.route = request.route;
    options.stop = request.stop;
    auto session = openRedis(*endpoint, options);
    if (!session)
        return session.error();
    return std::unique_ptr<Broker>(
        std::make_unique<RedisStreamsBroker>(std::move(*session), *rules, request.thresholds));
}

QList<BrokerField> redisFields()
{
    return {
        {u"url"_s,
         tr("URL"),
         tr("redis://user@host:6379/0, rediss:// for TLS, unix:///path/to/redis.sock?db=0, "
            "redis+sentinel://host1,host2/mymaster/0, or redis+cluster://host1,host2"),
         u"redis://localhost:6379/0"_s},
        {u"stream"_s,
         tr("Stream"),
         tr("The stream of a topic: {topic}, events:{topic}, or one fixed name"),
         u"{topic}"_s},
        {u"event_id"_s,
         tr("Event id"),
         tr("A field, a path inside a JSON field such as data.order_id, or @entry_id"),
         u"event_id"_s},
        {u"payload"_s, tr("Payload"), tr("The field that holds the payload"), u"data"_s},
        {u"dead"_s,
         tr("Dead letters"),
         tr("Where consumers put events that failed, such as {stream}:dlq; empty: the usual names"),
         {}},
        {u"tls.ca"_s, tr("TLS authorities"), tr("PEM file; empty: the system's"), {}, true},
        {u"tls.cert"_s, tr("TLS client certificate"), tr("PEM file; empty: none"), {}, true},
        {u"tls.key"_s, tr("TLS client key"), tr("PEM file with an RSA or EC key"), {}, true},
        {u"tls.server_name"_s,
         tr("TLS server name"),
         tr("The name in the server's certificate; empty: the URL's host"),
         {}},
    };
}

} // namespace

QList<BrokerKind> brokerKinds()
{
    return {
        {u"redis"_s, tr("Redis Streams"), redisFields(), openRedisStreams},
    };
}

Result<std::unique_ptr<Broker>> openBroker(
    const BrokerSettings& settings,
    const Thresholds& thresholds,
    Access access,
    const std::optional<QString>& password,
    std::stop_token stop,
    const NetRoute& route)
{
    QStringList names;
    for (const BrokerKind& kind : brokerKinds()) {
        if (kind.name == settings.kind)
            return kind.open({settings, thresholds, access, password, std::move(stop), route});
        names << kind.name;
    }
    return Error{
        Error::Kind::Refused,
        tr("There is no kind of broker named \"%1\". Write one of: %2.")
            .arg(settings.kind, names.join(u", "_s)),
        {}};
}

} // namespace outboard
