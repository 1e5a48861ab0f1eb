// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "brokers/redisconnection.h"
#include "brokers/redissession.h"
#include "brokers/redisslots.h"
#include "brokers/redisurl.h"

#include <QDeadlineTimer>

#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace outboard {

/// All masters of a Redis Cluster as one connection. Every command goes to the node that serves its
/// key, and follows MOVED and ASK at most five times; SCAN walks over all masters, with cursors of
/// its own; WAIT and WAITAOF ask all masters and answer with the least; what concerns no key goes
/// to any. Nodes are connected to when they are needed.
///
/// A node that cannot be reached is Error::Refused for its commands alone, because nothing was sent
/// to it; one that breaks while it carries commands out ends the whole connection.
class RedisCluster final : public RedisConnection
{
public:
    /// Through the first of the endpoint's addresses that answers.
    static Result<std::unique_ptr<RedisCluster>> open(
        const RedisEndpoint& endpoint, const Options& options);

    /// Out of a connection to one node. The error of CLUSTER SLOTS, or Error::Missing for a cluster
    /// without slots.
    static Result<std::unique_ptr<RedisCluster>> around(
        std::unique_ptr<RedisSession> session,
        const RedisEndpoint& endpoint,
        const Options& options);

    RedisCluster(const RedisEndpoint& endpoint, const Options& options, RedisSlotMap map);

    std::optional<Error> failure() const override { return m_failure; }

    QString serversText() const override;

protected:
    std::vector<Result<RedisReply>> exchange(
        std::span<const RedisCommand> commands, Milliseconds longer) override;

private:
    using Replies = std::vector<Result<RedisReply>>;

    struct Node
    {
        std::unique_ptr<RedisSession> session; ///< Null: cannot be reached, see `why`.
        std::optional<Error> why;
        QDeadlineTimer retry;
    };

    /// A command on its way to a node.
    struct Request
    {
        size_t index; ///< Of its reply.
        RedisCommand command;
        RedisAddress node;
        bool asks = false; ///< It goes to a node that only imports the slot.
    };

    Request route(size_t index, const RedisCommand& command);
    /// Where what concerns no key goes; without any node the connection has failed.
    RedisAddress anyNode();
    Result<RedisSession*> session(const RedisAddress& address);

    /// Sends each to its node; those to be sent again, to another node.
    std::vector<Request> send(
        const std::vector<Request>& requests, Milliseconds longer, Replies& replies);
    void sendTo(
        const RedisAddress& node,
        std::span<const Request> requests,
        Milliseconds longer,
        Replies& replies);
    std::optional<Request> redirected(const Request& request, const Error& error);
    void refreshMap();

    Result<RedisReply> askAll(const RedisCommand& command, Milliseconds longer);
    void nextCursor(const Request& scan, Result<RedisReply>& reply) const;

    RedisEndpoint m_endpoint;
    RedisSlotMap m_map;
    std::map<RedisAddress, Node> m_nodes;
    std::optional<Error> m_failure;
    bool m_isMapOld = false;
    std::optional<RedisAddress> m_mapSource; ///< Who knows better; absent: anyone may.
};

} // namespace outboard
