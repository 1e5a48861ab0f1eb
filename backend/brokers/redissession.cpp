// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/redissession.h"

#include "brokers/rediserrors.h"
#include "core/log.h"

#include <QCoreApplication>
#include <QDeadlineTimer>

#include <utility>

namespace outboard {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr Milliseconds slice = 100ms;
constexpr qint64 mostUnsent = 1 << 20;
constexpr int totalFactor = 10;

Error tooSlow(Milliseconds deadline)
{
    return {
        Error::Kind::Timeout,
        QCoreApplication::translate(
            "outboard",
            "Redis did not answer within %1. Whether it did the work is unknown; look whether it "
            "is busy or out of memory.")
            .arg(durationText(deadline)),
        u"deadline"_s};
}

Error stopped()
{
    return {Error::Kind::Cancelled, QCoreApplication::translate("outboard", "Stopped."), u"stop"_s};
}

} // namespace

struct RedisSession::Deadline
{
    explicit Deadline(Milliseconds patience)
        : idle(patience)
        , silence(patience)
        , end(patience * totalFactor)
    {}

    void progress() { silence = QDeadlineTimer(idle); }

    bool isOver() const { return silence.hasExpired() || end.hasExpired(); }

    Milliseconds idle;
    QDeadlineTimer silence;
    QDeadlineTimer end;
};

RedisSession::RedisSession(std::unique_ptr<RedisTransport> transport, const Options& options)
    : RedisConnection(options)
    , m_transport(std::move(transport))
    , m_decoder(options.limits)
{}

RedisSession::~RedisSession() = default;

Result<std::unique_ptr<RedisSession>> RedisSession::open(
    const RedisEndpoint& endpoint, const Options& options)
{
    RedisEndpoint reached = endpoint;
    if (options.route && endpoint.transport != RedisEndpoint::Transport::UnixSocket) {
        const auto place = options.route({endpoint.host, endpoint.port});
        if (!place)
            return place.error();
        reached.through = *place;
    }
    auto transport = connectRedis(reached, options.connectDeadline, options.stop);
    if (!transport)
        return transport.error();
    auto session = std::make_unique<RedisSession>(std::move(*transport), options);
    if (auto done = session->login(endpoint); !done)
        return done.error();
    qCDebug(logRedis) << "connected to" << endpoint.text();
    return session;
}

Result<void> RedisSession::login(const RedisEndpoint& endpoint)
{
    std::vector<RedisCommand> commands;
    if (!endpoint.user.isEmpty())
        commands.push_back(
            {"AUTH", endpoint.user.toUtf8(), endpoint.password.value_or(QString()).toUtf8()});
    else if (endpoint.password)
        commands.push_back({"AUTH", endpoint.password->toUtf8()});
    if (endpoint.database != 0)
        commands.push_back({"SELECT", QByteArray::number(endpoint.database)});
    const size_t required = commands.size();
    const bool monitor = options().access == Access::Monitor;
    commands.push_back({"PING"});
    commands.push_back({"CLIENT", "SETNAME", monitor ? "outboard-monitor" : "outboard"});
    const auto replies = exchange(commands, {});
    const Result<RedisReply>& first = replies.front();
    if (!first && !isUsable() && m_failure->kind == Error::Kind::Unreachable)
        return closedBeforeAnswer(endpoint, m_failure->detail);
    for (size_t index = 0; index < replies.size(); ++index) {
        // A user without permission for PING can be connected; the name is only a courtesy.
        const bool optional = index >= required;
        if (replies[index] || (optional && hasRedisCode(replies[index].error(), "NOPERM")))
            continue;
        if (index > required && isUsable())
            continue;
        Error error = isUsable() ? replies[index].error() : *m_failure;
        // A user without any password is not one with a wrong one.
        if (hasRedisCode(error, "WRONGPASS") && !endpoint.password)
            error = redisError("NOAUTH no password was given");
        // The server cannot serve anybody now: to be tried again, like one that is not there.
        if (hasRedisCode(error, "LOADING") || hasRedisCode(error, "ERR max number"))
            error.kind = Error::Kind::Unreachable;
        return error;
    }
    return {};
}

std::vector<Result<RedisReply>> RedisSession::exchange(
    std::span<const RedisCommand> commands, Milliseconds longer)
{
    std::vector<Result<RedisReply>> results;
    results.reserve(commands.size());
    if (options().stop.stop_requested() && isUsable())
        close(stopped());
    send(commands, longer);
    while (results.size() < commands.size()) {
        auto reply = receive();
        if (!reply)
            break;
        if (reply->kind == RedisReply::Kind::Error)
            results.emplace_back(redisError(reply->bytes, commands[results.size()]));
        else
            results.emplace_back(std::move(*reply));
    }
    if (results.size() < commands.size())
        results.resize(commands.size(), *m_failure);
    return results;
}

void RedisSession::send(std::span<const RedisCommand> commands, Milliseconds longer)
{
    m_deadline = std::make_unique<Deadline>(options().callDeadline + longer);
    QByteArray bytes;
    for (const RedisCommand& command : commands) {
        if (m_failure)
            return;
        encodeRedisCommand(command, bytes);
        if (bytes.size() < mostUnsent)
            continue;
        m_transport->write(bytes);
        bytes.clear();
        drain(mostUnsent);
    }
    if (!m_failure)
        m_transport->write(bytes);
}

void RedisSession::drain(qint64 keep)
{
    qint64 unsent = m_transport->unsentBytes();
    while (unsent > keep && mayWait()) {
        m_transport->flush(slice);
        const qint64 left = m_transport->unsentBytes();
        if (left < unsent)
            m_deadline->progress();
        unsent = left;
    }
}

std::optional<RedisReply> RedisSession::receive()
{
    while (!m_failure) {
        auto reply = m_decoder.next();
        if (!reply)
            close(reply.error());
        else if (*reply)
            return std::move(**reply);
        const QByteArray bytes = m_failure ? QByteArray() : m_transport->read(slice);
        if (!bytes.isEmpty()) {
            m_deadline->progress();
            m_decoder.feed(bytes);
        } else {
            mayWait();
        }
    }
    return std::nullopt;
}

/// Whether to go on waiting; otherwise the session is closed with the reason.
bool RedisSession::mayWait()
{
    if (m_failure)
        return false;
    if (options().stop.stop_requested())
        close(stopped());
    else if (!m_transport->isOpen())
        close(connectionBroke(m_transport->failure()));
    else if (m_deadline->isOver())
        close(tooSlow(m_deadline->idle));
    return !m_failure;
}

void RedisSession::close(const Error& why)
{
    m_failure = why;
    m_transport->close();
    if (why.kind == Error::Kind::Cancelled)
        qCDebug(logRedis) << "connection closed, as asked";
    else
        qCInfo(logRedis) << "connection closed:" << kindName(why.kind) << why.detail;
}

} // namespace outboard
