// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "support/redisclient.h"
#include "support/scratchcertificates.h"

#include <QString>
#include <QStringList>

#include <memory>

namespace outboard {

/// A private Redis for one test: data and unix socket in a scratch folder that only its owner can
/// enter, stopped and removed with the object, killed with the test. Create it on the main thread.
class ScratchRedis
{
public:
    struct Options
    {
        bool tcp = false;                ///< Also listens on a free port of 127.0.0.1.
        bool tls = false;                ///< Also with TLS, with a certificate for "localhost".
        bool clientCertificates = false; ///< TLS clients must show one.
        bool expiredCertificate = false; ///< The server shows one that ended yesterday.
        bool sentinel = false;           ///< Is a Sentinel, which watches what the settings tell.
        bool persistent = false;   ///< Keeps its data over stop() and crash() (append-only file).
        QStringList settings = {}; ///< Lines of redis.conf, e.g. "user ann on >pw ~* +@all".
    };

    /// Error::Missing when redis-server is not installed.
    static Result<std::unique_ptr<ScratchRedis>> start(const Options& options);

    static Result<std::unique_ptr<ScratchRedis>> start() { return start(Options()); }

    ~ScratchRedis();
    Q_DISABLE_COPY_MOVE(ScratchRedis)

    QString socketPath() const;
    QString folder() const;
    qint64 processId() const;
    quint16 port() const;    ///< Needs Options::tcp.
    quint16 tlsPort() const; ///< Needs Options::tls.
    const ScratchCertificates& certificates() const;

    /// For BrokerSettings::url: through the unix socket, TCP, or TLS with the name "localhost".
    QString url(int database = 0) const;
    QString tcpUrl() const;
    QString tlsUrl() const;

    /// A connection of its own, as the default user.
    Result<std::unique_ptr<RedisClient>> client() const;

    /// Through one connection that is kept, and opened again when the server came back.
    QByteArray value(const RedisClient::Command& command) const;
    QList<QByteArray> values(const RedisClient::Command& command) const;
    Result<void> pipeline(const QList<RedisClient::Command>& commands) const;

    /// `count` entries with one field "data", {"order_id": n} with n from 1.
    Result<void> addEntries(const QByteArray& stream, qint64 count) const;

    /// Reads `count` new entries of the group as this consumer, without acknowledging them. Makes
    /// the group from the stream's beginning when it does not exist.
    Result<void> consume(
        const QByteArray& stream,
        const QByteArray& group,
        const QByteArray& consumer,
        qint64 count) const;

    /// Removes all data, so that one server can serve many test functions.
    void wipe() const;

    /// Clients are cut off, the server is gone until restart().
    void stop();
    /// The same by SIGKILL.
    void crash();
    Result<void> restart();

    /// Holds the whole server still, and lets it go on.
    void freeze() const;
    void thaw() const;

private:
    struct Private;
    explicit ScratchRedis(std::unique_ptr<Private> d);
    std::unique_ptr<Private> d;
};

} // namespace outboard
