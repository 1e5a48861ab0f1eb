// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "core/time.h"

#include <QByteArray>
#include <QList>
#include <QString>

#include <memory>
#include <optional>
#include <stop_token>

namespace outboard {

class RedisSession;

/// An event on its way into a stream, in the fields that Outboard's own relay writes.
struct ShopEvent
{
    QByteArray id;
    QByteArray topic; ///< Also the stream's name.
    QByteArray payload;
    TimePoint createdAt;
    QByteArray entryId = "*";
};

/// How long the streams may get. As it is, a sandbox can run for days.
struct ShopTrim
{
    qint64 keep = 100'000; ///< Entries.
    bool isExact = false;
};

/// An event that a consumer gave up on, as it puts it into the stream's dead-letter stream.
struct ShopDeadLetter
{
    ShopEvent event;
    QByteArray originalId; ///< Of the entry in the event's own stream.
    QByteArray group;
    QByteArray consumer;
    QByteArray error;
    qint64 deliveries = 0;
    TimePoint failedAt;
};

/// An entry handed to a consumer.
struct ShopDelivery
{
    QByteArray stream;
    QByteArray entryId;
    QByteArray eventId = {};
    QByteArray payload = {};
};

/// What the shop's relay and consumers ask of Redis. Blocking; used on one thread.
class ShopStreams
{
public:
    static Result<std::unique_ptr<ShopStreams>> open(
        const QString& url, const std::stop_token& stop);
    ~ShopStreams();
    Q_DISABLE_COPY_MOVE(ShopStreams)

    /// All in one pipeline. After an error some may have been appended.
    Result<void> append(const QList<ShopEvent>& events, const ShopTrim& trim = {});

    /// Into order.paid:dlq and the like; by failedAt, oldest first.
    Result<void> appendDead(const QList<ShopDeadLetter>& letters);

    /// Creates the stream too; success when the group exists. `read` says how many entries of the
    /// stream it has read, all; absent: none.
    Result<void> createGroup(
        const QByteArray& stream, const QByteArray& group, std::optional<qint64> read = {});

    /// Entries that no consumer of the group has got yet. Waits up to `wait`.
    Result<QList<ShopDelivery>> read(
        const QByteArray& group,
        const QByteArray& consumer,
        const QList<QByteArray>& streams,
        qint64 limit,
        Milliseconds wait);

    /// What `consumer` itself holds for `minIdle` and got less than `maxDeliveries` times, again.
    Result<QList<ShopDelivery>> retry(
        const QByteArray& stream,
        const QByteArray& group,
        const QByteArray& consumer,
        Milliseconds minIdle,
        qint64 maxDeliveries);

    /// What any consumer of the group holds for `minIdle`.
    Result<QList<ShopDelivery>> takeOver(
        const QByteArray& stream,
        const QByteArray& group,
        const QByteArray& consumer,
        Milliseconds minIdle);

    Result<void> acknowledge(
        const QByteArray& stream, const QByteArray& group, const QByteArray& entryId);

private:
    explicit ShopStreams(std::unique_ptr<RedisSession> session);

    std::unique_ptr<RedisSession> m_session;
};

} // namespace outboard
