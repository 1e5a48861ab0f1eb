// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "brokers/rediscodec.h"
#include "brokers/redistransport.h"
#include "brokers/redisurl.h"
#include "core/access.h"
#include "core/result.h"
#include "core/time.h"

#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

namespace outboard {

/// One connection to a Redis server. Synchronous; created, used and destroyed on one thread. It is
/// closed for good by a timeout, a stop and bytes that make no sense, because a late answer would
/// be taken for the answer to another question.
class RedisSession
{
public:
    struct Options
    {
        Access access = Access::Monitor;
        Milliseconds connectDeadline{5'000};
        /// For a call without a byte going or coming; in total it may take ten times as long.
        Milliseconds callDeadline{5'000};
        RedisLimits limits = {};
        std::stop_token stop = {}; ///< Obeyed within 100 ms, whatever is being waited for.
    };

    /// Connects, logs in and selects the database.
    static Result<std::unique_ptr<RedisSession>> open(
        const RedisEndpoint& endpoint, const Options& options);

    /// On a transport that is connected already; open() does the rest.
    RedisSession(std::unique_ptr<RedisTransport> transport, const Options& options);
    ~RedisSession();
    Q_DISABLE_COPY_MOVE(RedisSession)

    bool isUsable() const;

    /// One command. An error reply of the server is an Error; the session stays usable after it.
    /// Refused before anything is sent when a monitoring session is given a command that writes.
    Result<RedisReply> run(const RedisCommand& command, Milliseconds longer = {});

    /// All commands in one write; one result each, in order. When the connection breaks, the
    /// answers before it are kept, all others hold Unreachable or Timeout ("may have been carried
    /// out"), and isUsable() is false. `longer` is added to the deadline, for commands that wait
    /// themselves.
    std::vector<Result<RedisReply>> pipeline(
        std::span<const RedisCommand> commands, Milliseconds longer = {});

private:
    Result<void> login(const RedisEndpoint& endpoint);
    std::vector<Result<RedisReply>> exchange(
        std::span<const RedisCommand> commands, Milliseconds longer);
    void send(std::span<const RedisCommand> commands, Milliseconds longer);
    void drain(qint64 keep);
    std::optional<RedisReply> receive();
    bool mayWait();
    void close(const Error& why);

    std::unique_ptr<RedisTransport> m_transport;
    Options m_options;
    RedisDecoder m_decoder;
    struct Deadline;
    std::unique_ptr<Deadline> m_deadline;
    std::optional<Error> m_failure;
};

} // namespace outboard
