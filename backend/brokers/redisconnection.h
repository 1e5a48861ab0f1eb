// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "brokers/rediscodec.h"
#include "core/access.h"
#include "core/result.h"
#include "core/time.h"
#include "net/netplace.h"

#include <QString>

#include <optional>
#include <span>
#include <stop_token>
#include <vector>

namespace outboard {

/// What the broker speaks through: one server, the master that sentinels name, or a cluster.
/// Synchronous; created, used and destroyed on one thread.
class RedisConnection
{
public:
    struct Options
    {
        Access access = Access::Monitor;
        Milliseconds connectDeadline{5'000};
        /// For a call without a byte going or coming; in total it may take ten times as long.
        Milliseconds callDeadline{5'000};
        RedisLimits limits = {};
        NetRoute route = {};       ///< To each server; empty: directly.
        std::stop_token stop = {}; ///< Obeyed within 100 ms, whatever is being waited for.
    };

    explicit RedisConnection(const Options& options)
        : m_options(options)
    {}

    virtual ~RedisConnection() = default;
    Q_DISABLE_COPY_MOVE(RedisConnection)

    /// Why it broke; absent while it works. It is to be opened again then.
    virtual std::optional<Error> failure() const = 0;

    bool isUsable() const { return !failure(); }

    /// Translated; what stands behind it, such as "cluster of 3 masters". Empty for one server.
    virtual QString serversText() const { return {}; }

    /// Error::Refused for a monitoring connection. For calls that would read before they write.
    Result<void> mayWrite() const;

    /// One command. An error reply of the server is an Error; the connection stays usable after it.
    /// Refused before anything is sent when a monitoring connection is given a command that is not
    /// on the list of reading ones.
    Result<RedisReply> run(const RedisCommand& command, Milliseconds longer = {});

    /// All commands, in one write to each server; one result each, in order. When a connection
    /// breaks, the answers before it are kept, all others hold Unreachable or Timeout ("may have
    /// been carried out"), and isUsable() is false. `longer` is added to the deadline, for commands
    /// that wait themselves.
    std::vector<Result<RedisReply>> pipeline(
        std::span<const RedisCommand> commands, Milliseconds longer = {});

protected:
    /// As pipeline(), after the list was consulted.
    virtual std::vector<Result<RedisReply>> exchange(
        std::span<const RedisCommand> commands, Milliseconds longer) = 0;

    const Options& options() const { return m_options; }

private:
    Options m_options;
};

} // namespace outboard
