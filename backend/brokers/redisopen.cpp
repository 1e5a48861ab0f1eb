// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/redisopen.h"

#include "brokers/rediscluster.h"
#include "brokers/redissentinel.h"
#include "brokers/redissession.h"

#include <utility>

namespace outboard {

namespace {

template<class Connection>
Result<std::unique_ptr<RedisConnection>> asConnection(Result<std::unique_ptr<Connection>> opened)
{
    if (!opened)
        return opened.error();
    return std::unique_ptr<RedisConnection>(std::move(*opened));
}

Result<std::unique_ptr<RedisConnection>> openOne(
    const RedisEndpoint& endpoint, const RedisConnection::Options& options)
{
    auto session = RedisSession::open(endpoint, options);
    if (!session)
        return session.error();
    // Who may not ask is served like one server, until a MOVED reply says what to do.
    const auto info = (*session)->run({"INFO", "cluster"});
    if (!info && !(*session)->isUsable())
        return info.error();
    if (info && info->bytes.contains("cluster_enabled:1"))
        return asConnection(RedisCluster::around(std::move(*session), endpoint, options));
    return asConnection(std::move(session));
}

} // namespace

Result<std::unique_ptr<RedisConnection>> openRedis(
    const RedisEndpoint& endpoint, const RedisConnection::Options& options)
{
    switch (endpoint.servers) {
    case RedisEndpoint::Servers::One: return openOne(endpoint, options);
    case RedisEndpoint::Servers::Sentinels:
        return asConnection(RedisMaster::open(endpoint, options));
    case RedisEndpoint::Servers::Cluster:
        return asConnection(RedisCluster::open(endpoint, options));
    }
    Q_UNREACHABLE();
}

} // namespace outboard
