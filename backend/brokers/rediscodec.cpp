// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/rediscodec.h"

#include "brokers/redisframeguard.h"

#include <hiredis/hiredis.h>

#include <QCoreApplication>

#include <algorithm>

namespace outboard {

namespace {

struct ReaderDeleter
{
    void operator()(redisReader* reader) const { redisReaderFree(reader); }
};

struct ReplyDeleter
{
    void operator()(redisReply* reply) const { freeReplyObject(reply); }
};

RedisReply convert(const redisReply& from)
{
    RedisReply reply;
    switch (from.type) {
    case REDIS_REPLY_INTEGER:
        reply.kind = RedisReply::Kind::Integer;
        reply.integer = from.integer;
        break;
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
        reply.kind = RedisReply::Kind::Text;
        reply.bytes = QByteArray(from.str, qsizetype(from.len));
        break;
    case REDIS_REPLY_ERROR:
        reply.kind = RedisReply::Kind::Error;
        reply.bytes = QByteArray(from.str, qsizetype(from.len));
        break;
    case REDIS_REPLY_ARRAY:
        reply.kind = RedisReply::Kind::Array;
        reply.items.reserve(size_t(from.elements));
        for (size_t index = 0; index < size_t(from.elements); ++index)
            reply.items.push_back(convert(*from.element[index]));
        break;
    default: break; // Nil; other types do not exist in RESP2.
    }
    return reply;
}

Error protocolError(const QString& detail)
{
    return {
        Error::Kind::Protocol,
        QCoreApplication::translate(
            "outboard",
            "The answer is not Redis's, or far too large. Check that the address is that of a "
            "Redis server."),
        detail};
}

} // namespace

void encodeRedisCommand(const RedisCommand& command, QByteArray& into)
{
    std::vector<const char*> texts;
    std::vector<size_t> sizes;
    texts.reserve(command.size());
    sizes.reserve(command.size());
    for (const QByteArray& argument : command) {
        texts.push_back(argument.constData());
        sizes.push_back(size_t(argument.size()));
    }
    char* encoded = nullptr;
    // The type of the size differs between hiredis 0.14 and 1.x.
    const auto size =
        redisFormatCommandArgv(&encoded, int(texts.size()), texts.data(), sizes.data());
    if (size < 0)
        qBadAlloc();
    into.append(encoded, qsizetype(size));
    redisFreeCommand(encoded);
}

struct RedisDecoder::Private
{
    explicit Private(const RedisLimits& limits)
        : guard(limits)
    {}

    RedisFrameGuard guard;
    std::unique_ptr<redisReader, ReaderDeleter> reader{redisReaderCreate()};
    QByteArray waiting;  ///< Accepted, not yet given to the reader.
    qsizetype given = 0; ///< Bytes at its front that were.
    bool isBroken = false;

    /// The reader moves what it still holds whenever a reply was taken out: little at a time keeps
    /// that cheap. False when nothing waits.
    bool giveMore()
    {
        const qsizetype size = std::min<qsizetype>(waiting.size() - given, 16 << 10);
        redisReaderFeed(reader.get(), waiting.constData() + given, size_t(size));
        given += size;
        if (given == waiting.size()) {
            waiting.clear();
            given = 0;
        }
        return size > 0;
    }
};

RedisDecoder::RedisDecoder(const RedisLimits& limits)
    : d(std::make_unique<Private>(limits))
{}

RedisDecoder::~RedisDecoder() = default;

void RedisDecoder::feed(QByteArrayView bytes)
{
    if (d->isBroken)
        return;
    const qsizetype accepted = d->guard.accept(bytes);
    d->isBroken = accepted < bytes.size();
    d->waiting.append(bytes.first(accepted));
}

Result<std::optional<RedisReply>> RedisDecoder::next()
{
    do {
        void* parsed = nullptr;
        if (redisReaderGetReply(d->reader.get(), &parsed) != REDIS_OK) {
            d->isBroken = true;
            return protocolError(QString::fromUtf8(d->reader->errstr));
        }
        const std::unique_ptr<redisReply, ReplyDeleter> reply(static_cast<redisReply*>(parsed));
        if (reply)
            return std::optional(convert(*reply));
    } while (d->giveMore());
    if (d->isBroken)
        return protocolError(QStringLiteral("refused before parsing"));
    return std::optional<RedisReply>();
}

} // namespace outboard
