// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "brokers/redisurl.h"
#include "core/result.h"
#include "core/time.h"

#include <QByteArray>
#include <QByteArrayView>

#include <memory>
#include <stop_token>

namespace outboard {

/// Bytes to a server and back, blocking in short slices so that the caller can look at its deadline
/// and at a stop request between them. Lives on the thread that made it.
class RedisTransport
{
public:
    virtual ~RedisTransport() = default;

    virtual bool isOpen() const = 0;

    /// Takes all bytes; what does not go out at once is kept.
    virtual void write(QByteArrayView bytes) = 0;
    virtual qint64 unsentBytes() const = 0;

    /// Waits until some kept bytes went out, at most so long.
    virtual void flush(Milliseconds atMost) = 0;

    /// What arrived; waits for the first byte, at most so long. Also what arrived before a close.
    virtual QByteArray read(Milliseconds atMost) = 0;

    virtual void close() = 0;

    /// Why it is not open, in the system's words, for the log.
    virtual QString failure() const = 0;
};

/// Connects, with TLS where the endpoint asks for it: the certificate and the name in it are always
/// verified. Unreachable, Timeout, Tls, Missing (a file), Refused (socket permissions) or
/// Cancelled. A name that no server answers for can block longer than the deadline: name lookups
/// cannot be cut short.
Result<std::unique_ptr<RedisTransport>> connectRedis(
    const RedisEndpoint& endpoint, Milliseconds deadline, const std::stop_token& stop);

} // namespace outboard
