// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/redisreply.h"

namespace outboard {

namespace {

const RedisReply& nil()
{
    static const RedisReply reply;
    return reply;
}

} // namespace

std::optional<qint64> RedisReply::number() const
{
    if (kind == Kind::Integer)
        return integer;
    bool ok = false;
    const qint64 parsed = kind == Kind::Text ? bytes.toLongLong(&ok) : 0;
    return ok ? std::optional(parsed) : std::nullopt;
}

const RedisReply& RedisReply::at(size_t index) const
{
    return index < items.size() ? items[index] : nil();
}

const RedisReply& RedisReply::field(QByteArrayView name) const
{
    for (size_t index = 0; index + 1 < items.size(); index += 2) {
        if (items[index].bytes == name)
            return items[index + 1];
    }
    return nil();
}

} // namespace outboard
