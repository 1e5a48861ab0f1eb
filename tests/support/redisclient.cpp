// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/redisclient.h"

#include <hiredis/hiredis.h>

#include <QFile>

#include <utility>
#include <vector>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

struct ReplyDeleter
{
    void operator()(redisReply* reply) const { freeReplyObject(reply); }
};

struct ContextDeleter
{
    void operator()(redisContext* context) const { redisFree(context); }
};

using ReplyPtr = std::unique_ptr<redisReply, ReplyDeleter>;

QByteArray textOf(const redisReply& reply)
{
    switch (reply.type) {
    case REDIS_REPLY_NIL: return {};
    case REDIS_REPLY_INTEGER: return QByteArray::number(qint64(reply.integer));
    case REDIS_REPLY_ERROR: return "error: " + QByteArray(reply.str, qsizetype(reply.len));
    default: return QByteArray(reply.str, qsizetype(reply.len));
    }
}

void collect(const redisReply& reply, QList<QByteArray>& into)
{
    if (reply.type != REDIS_REPLY_ARRAY) {
        into.append(textOf(reply));
        return;
    }
    for (size_t index = 0; index < size_t(reply.elements); ++index)
        collect(*reply.element[index], into);
}

} // namespace

struct RedisClient::Private
{
    std::unique_ptr<redisContext, ContextDeleter> context;

    void send(const Command& command)
    {
        std::vector<const char*> texts;
        std::vector<size_t> sizes;
        for (const QByteArray& argument : command) {
            texts.push_back(argument.constData());
            sizes.push_back(size_t(argument.size()));
        }
        redisAppendCommandArgv(context.get(), int(texts.size()), texts.data(), sizes.data());
    }

    ReplyPtr receive()
    {
        void* reply = nullptr;
        if (redisGetReply(context.get(), &reply) != REDIS_OK)
            return {};
        return ReplyPtr(static_cast<redisReply*>(reply));
    }
};

RedisClient::RedisClient(std::unique_ptr<Private> made)
    : d(std::move(made))
{}

RedisClient::~RedisClient() = default;

Result<std::unique_ptr<RedisClient>> RedisClient::open(const QString& socketPath)
{
    auto made = std::make_unique<Private>();
    made->context.reset(redisConnectUnix(QFile::encodeName(socketPath).constData()));
    if (!made->context || made->context->err != 0) {
        const QString text =
            made->context ? QString::fromLocal8Bit(made->context->errstr) : QString();
        return Error{Error::Kind::Unreachable, u"The scratch Redis does not answer."_s, text};
    }
    return std::unique_ptr<RedisClient>(new RedisClient(std::move(made)));
}

QByteArray RedisClient::value(const Command& command)
{
    const QList<QByteArray> all = values(command);
    return all.isEmpty() ? QByteArray() : all.first();
}

QList<QByteArray> RedisClient::values(const Command& command)
{
    d->send(command);
    const ReplyPtr reply = d->receive();
    if (!reply)
        return {"error: " + QByteArray(d->context->errstr)};
    QList<QByteArray> all;
    collect(*reply, all);
    return all;
}

Result<void> RedisClient::pipeline(const QList<Command>& commands)
{
    for (const Command& command : commands)
        d->send(command);
    QString problem;
    for (qsizetype index = 0; index < commands.size(); ++index) {
        const ReplyPtr reply = d->receive();
        if (!reply)
            return Error{
                Error::Kind::Unreachable,
                u"The scratch Redis is gone."_s,
                QString::fromLocal8Bit(d->context->errstr)};
        if (reply->type == REDIS_REPLY_ERROR && problem.isEmpty())
            problem = QString::fromUtf8(textOf(*reply));
    }
    if (!problem.isEmpty())
        return Error{Error::Kind::Refused, u"The scratch Redis refused a command."_s, problem};
    return {};
}

} // namespace outboard
