// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/redisconnection.h"

#include "brokers/rediscommands.h"

#include <QCoreApplication>

#include <algorithm>
#include <utility>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

Error writeRefused(const QByteArray& name)
{
    return {
        Error::Kind::Refused,
        QCoreApplication::translate(
            "outboard", "This connection only reads. Arm the profile to change something."),
        u"not a read command: "_s + QString::fromLatin1(name)};
}

} // namespace

Result<void> RedisConnection::mayWrite() const
{
    return m_options.access == Access::Monitor ? Result<void>(writeRefused("any")) : Result<void>();
}

Result<RedisReply> RedisConnection::run(const RedisCommand& command, Milliseconds longer)
{
    return std::move(pipeline(std::span(&command, 1), longer).front());
}

std::vector<Result<RedisReply>> RedisConnection::pipeline(
    std::span<const RedisCommand> commands, Milliseconds longer)
{
    const auto writing = std::find_if(commands.begin(), commands.end(), [](const auto& command) {
        return !isReadCommand(command);
    });
    if (m_options.access == Access::Monitor && writing != commands.end())
        return {commands.size(), writeRefused(writing->empty() ? QByteArray() : writing->front())};
    return exchange(commands, longer);
}

} // namespace outboard
