// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "brokers/rediscodec.h"
#include "brokers/redisconnection.h"
#include "brokers/redistransport.h"
#include "brokers/redisurl.h"
#include "core/result.h"
#include "core/time.h"

#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace outboard {

/// One connection to one Redis server. It is closed for good by a timeout, a stop and bytes that
/// make no sense, because a late answer would be taken for the answer to another question.
class RedisSession final : public RedisConnection
{
public:
    /// Connects, logs in and selects the database.
    static Result<std::unique_ptr<RedisSession>> open(
        const RedisEndpoint& endpoint, const Options& options);

    /// On a transport that is connected already; open() does the rest.
    RedisSession(std::unique_ptr<RedisTransport> transport, const Options& options);
    ~RedisSession() override;

    std::optional<Error> failure() const override { return m_failure; }

protected:
    std::vector<Result<RedisReply>> exchange(
        std::span<const RedisCommand> commands, Milliseconds longer) override;

private:
    Result<void> login(const RedisEndpoint& endpoint);
    void send(std::span<const RedisCommand> commands, Milliseconds longer);
    void drain(qint64 keep);
    std::optional<RedisReply> receive();
    bool mayWait();
    void close(const Error& why);

    std::unique_ptr<RedisTransport> m_transport;
    RedisDecoder m_decoder;
    struct Deadline;
    std::unique_ptr<Deadline> m_deadline;
    std::optional<Error> m_failure;
};

} // namespace outboard
