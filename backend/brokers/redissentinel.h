// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "brokers/redisconnection.h"
#include "brokers/redissession.h"
#include "brokers/redisurl.h"

#include <QDeadlineTimer>

#include <memory>
#include <optional>

namespace outboard {

/// The master that sentinels know by a name. Before a call, once a second at most, it is asked
/// whether it still is the master, and after a READONLY reply always; where it is none the
/// sentinels are asked again, so that calls go on with the new one. A connection that breaks is not
/// replaced within a call: whether its commands were carried out is unknown.
class RedisMaster final : public RedisConnection
{
public:
    /// Asks each sentinel in turn (SENTINEL GET-MASTER-ADDR-BY-NAME) and connects to the first
    /// server they name that says it is a master (ROLE). Missing: no sentinel knows the name.
    /// Unreachable: none answers, or the server they name is not (or no longer) a master.
    static Result<std::unique_ptr<RedisMaster>> open(
        const RedisEndpoint& endpoint, const Options& options);

    RedisMaster(
        const RedisEndpoint& endpoint,
        const Options& options,
        std::unique_ptr<RedisSession> session,
        const RedisAddress& address);

    std::optional<Error> failure() const override
    {
        return m_failure ? m_failure : m_session->failure();
    }

    QString serversText() const override;

protected:
    std::vector<Result<RedisReply>> exchange(
        std::span<const RedisCommand> commands, Milliseconds longer) override;

private:
    Result<void> follow();

    RedisEndpoint m_endpoint;
    std::unique_ptr<RedisSession> m_session;
    RedisAddress m_address;
    QDeadlineTimer m_nextLook;
    std::optional<Error> m_failure;
};

} // namespace outboard
