// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "brokers/redisconnection.h"
#include "brokers/redisurl.h"

#include <memory>

namespace outboard {

/// Connects to what the URL names: the master that its sentinels know, its cluster, or its one
/// server, and where that says it is a node of a cluster (INFO cluster), to the whole cluster.
Result<std::unique_ptr<RedisConnection>> openRedis(
    const RedisEndpoint& endpoint, const RedisConnection::Options& options);

} // namespace outboard
