// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "brokers/redisreply.h"
#include "core/result.h"

#include <QByteArray>
#include <QByteArrayView>

#include <memory>
#include <optional>
#include <vector>

namespace outboard {

/// Name and arguments; each may be binary.
using RedisCommand = std::vector<QByteArray>;

/// Appends the command's bytes on the wire.
void encodeRedisCommand(const RedisCommand& command, QByteArray& into);

/// What a single reply may grow to before it is taken for an attack or a mistake.
struct RedisLimits
{
    qsizetype bytes = qsizetype(256) << 20;
    qint64 items = 1 << 20; ///< Of one array.
    qsizetype depth = 7;    ///< hiredis 0.14 reads no deeper.
};

/// Turns bytes as they arrive, cut anywhere, into replies. RESP2.
class RedisDecoder
{
public:
    explicit RedisDecoder(const RedisLimits& limits = {});
    ~RedisDecoder();
    Q_DISABLE_COPY_MOVE(RedisDecoder)

    void feed(QByteArrayView bytes);

    /// The next whole reply; absent until more bytes are fed.
    /// Error::Protocol for bytes that are no replies or exceed the limits: they will never be
    /// again.
    Result<std::optional<RedisReply>> next();

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace outboard
