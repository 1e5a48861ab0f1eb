// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/deadentries.h"

#include "support/scratchredis.h"

namespace outboard {

Result<void> addDeadEntries(const ScratchRedis& redis, const DeadEntries& dead)
{
    QList<RedisClient::Command> commands;
    for (int id = dead.first; id <= dead.last; ++id) {
        commands.append(
            {"XADD", dead.stream, "*", "data", "{}", "event_id", QByteArray::number(id)});
    }
    if (const auto added = redis.pipeline(commands); !added)
        return added;
    const int count = dead.last - dead.first + 1;
    if (const auto held = redis.consume(dead.stream, dead.group, "gone-1", count); !held)
        return held;
    const auto pending = redis.values(
        {"XPENDING", dead.stream, dead.group, "-", "+", QByteArray::number(count), "gone-1"});
    commands.clear();
    for (qsizetype i = 0; i + 3 < pending.size(); i += 4) {
        commands.append(
            {"XCLAIM",
             dead.stream,
             dead.group,
             "gone-1",
             "0",
             pending[i],
             "IDLE",
             "120000",
             "RETRYCOUNT",
             "7",
             "JUSTID"});
    }
    Q_ASSERT(commands.size() == count);
    return redis.pipeline(commands);
}

} // namespace outboard
