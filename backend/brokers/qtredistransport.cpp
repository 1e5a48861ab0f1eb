// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/redistls.h"
#include "brokers/redistransport.h"
#include "brokers/tcpconnect.h"

#include <QCoreApplication>
#include <QDeadlineTimer>
#include <QLocalSocket>
#include <QSslConfiguration>
#include <QSslSocket>
#include <QTcpSocket>

#include <chrono>
#include <utility>

namespace outboard {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// How long a stop request may go unseen.
constexpr Milliseconds slice = 100ms;

/// What a connection attempt may still take.
class Patience
{
public:
    Patience(Milliseconds deadline, const std::stop_token& stop)
        : m_timer(deadline)
        , m_stop(stop)
    {}

    bool isOver() const { return m_timer.hasExpired() || m_stop.stop_requested(); }

    Error error(const QString& place) const
    {
        if (m_stop.stop_requested())
            return {
                Error::Kind::Cancelled,
                QCoreApplication::translate("outboard", "The connection attempt was stopped."),
                {}};
        return {
            Error::Kind::Timeout,
            QCoreApplication::translate(
                "outboard",
                "Redis at %1 does not answer. Check the address and whether a firewall is in the "
                "way.")
                .arg(place),
            u"connect deadline"_s};
    }

private:
    QDeadlineTimer m_timer;
    std::stop_token m_stop;
};

int waitTime(Milliseconds time)
{
    return int(time.count());
}

template<class Socket>
class SocketTransport final : public RedisTransport
{
public:
    explicit SocketTransport(
        std::unique_ptr<Socket> socket, std::shared_ptr<const QString> alert = nullptr)
        : m_socket(std::move(socket))
        , m_alert(std::move(alert))
    {}

    bool isOpen() const override { return m_socket->state() == Socket::ConnectedState; }

    void write(QByteArrayView bytes) override { m_socket->write(bytes.data(), bytes.size()); }

    qint64 unsentBytes() const override { return m_socket->bytesToWrite(); }

    void flush(Milliseconds atMost) override { m_socket->waitForBytesWritten(waitTime(atMost)); }

    QByteArray read(Milliseconds atMost) override
    {
        // The wait can fail although something is there already.
        if (m_socket->bytesAvailable() == 0 && isOpen())
            m_socket->waitForReadyRead(waitTime(atMost));
        return m_socket->readAll();
    }

    void close() override { m_socket->abort(); }

    QString failure() const override
    {
        return m_alert && !m_alert->isEmpty() ? *m_alert : m_socket->errorString();
    }

private:
    std::unique_ptr<Socket> m_socket;
    std::shared_ptr<const QString> m_alert; ///< Why TLS ended, in the server's words.
};

Error unreachable(const QString& place, const QString& detail)
{
    return {
        Error::Kind::Unreachable,
        QCoreApplication::translate(
            "outboard", "Redis does not answer at %1. Start it, or correct the address.")
            .arg(place),
        detail};
}

Result<void> connectSocket(
    QTcpSocket& socket, const RedisEndpoint& endpoint, const Patience& patience)
{
    const NetPlace place = endpoint.through.value_or(NetPlace{endpoint.host, endpoint.port});
    const auto descriptor =
        connectTcp(place.host, place.port, [&patience] { return patience.isOver(); });
    if (!descriptor && patience.isOver())
        return patience.error(endpoint.text());
    if (!descriptor && descriptor.error().kind == Error::Kind::Missing)
        return Error{
            Error::Kind::Unreachable,
            QCoreApplication::translate(
                "outboard", "There is no host named %1. Correct the address in the profile.")
                .arg(endpoint.host),
            descriptor.error().detail};
    if (!descriptor)
        return unreachable(endpoint.text(), descriptor.error().detail);
    socket.setSocketDescriptor(*descriptor);
    socket.setSocketOption(QAbstractSocket::LowDelayOption, 1);
    socket.setSocketOption(QAbstractSocket::KeepAliveOption, 1);
    return {};
}

Result<void> startTls(QSslSocket& socket, const RedisEndpoint& endpoint, const Patience& patience)
{
    const QString& wished = endpoint.tls.serverName;
    socket.setPeerVerifyName(wished.isEmpty() ? endpoint.host : wished);
    socket.startClientEncryption();
    if (socket.error() != QAbstractSocket::UnknownSocketError) // Our side cannot even begin.
        return handshakeError(socket, endpoint.text());
    while (!socket.isEncrypted()) {
        if (socket.state() != QAbstractSocket::ConnectedState)
            return handshakeError(socket, endpoint.text());
        if (patience.isOver()) {
            const Error error = patience.error(endpoint.text());
            // A server that speaks no TLS just waits for more.
            return error.kind == Error::Kind::Timeout ? handshakeError(socket, endpoint.text())
                                                      : error;
        }
        socket.waitForEncrypted(waitTime(slice));
    }
    return {};
}

Result<std::unique_ptr<RedisTransport>> openTcp(
    const RedisEndpoint& endpoint, const Patience& patience)
{
    auto socket = std::make_unique<QTcpSocket>();
    if (auto connected = connectSocket(*socket, endpoint, patience); !connected)
        return connected.error();
    return std::unique_ptr<RedisTransport>(
        std::make_unique<SocketTransport<QTcpSocket>>(std::move(socket)));
}

/// Filled when the server ends TLS with a reason. With TLS 1.3 it tells what it thinks of the
/// client's certificate after the handshake, and the socket's own error is just that it closed.
std::shared_ptr<const QString> watchAlerts(QSslSocket& socket)
{
    auto alert = std::make_shared<QString>();
    QObject::connect(
        &socket,
        &QSslSocket::alertReceived,
        &socket,
        [alert](QSsl::AlertLevel level, QSsl::AlertType type, const QString& description) {
            if (level != QSsl::AlertLevel::Fatal)
                return;
            // OpenSSL has no words for this one.
            const bool isMissing = type == QSsl::AlertType::CertificateRequired;
            *alert = tlsAlertText(isMissing ? u"certificate required"_s : description);
        });
    return alert;
}

Result<std::unique_ptr<RedisTransport>> openTls(
    const RedisEndpoint& endpoint, const Patience& patience)
{
    const auto configuration = tlsConfiguration(endpoint.tls);
    if (!configuration)
        return configuration.error();
    auto socket = std::make_unique<QSslSocket>();
    socket->setSslConfiguration(*configuration);
    const auto alert = watchAlerts(*socket);
    if (auto connected = connectSocket(*socket, endpoint, patience); !connected)
        return connected.error();
    if (auto encrypted = startTls(*socket, endpoint, patience); !encrypted)
        return encrypted.error();
    return std::unique_ptr<RedisTransport>(
        std::make_unique<SocketTransport<QSslSocket>>(std::move(socket), alert));
}

Error socketError(const QLocalSocket& socket, const RedisEndpoint& endpoint)
{
    const QString detail = socket.errorString();
    if (socket.error() == QLocalSocket::ServerNotFoundError)
        return {
            Error::Kind::Unreachable,
            QCoreApplication::translate(
                "outboard",
                "There is no socket %1. Start Redis, or correct the path (unixsocket in "
                "redis.conf).")
                .arg(endpoint.path),
            detail};
    if (socket.error() == QLocalSocket::SocketAccessError)
        return {
            Error::Kind::Refused,
            QCoreApplication::translate(
                "outboard",
                "The socket %1 may not be used by this user. Join the group that owns it (see "
                "unixsocketperm in redis.conf).")
                .arg(endpoint.path),
            detail};
    return unreachable(endpoint.text(), detail);
}

Result<std::unique_ptr<RedisTransport>> openSocket(
    const RedisEndpoint& endpoint, const Patience& patience)
{
    auto socket = std::make_unique<QLocalSocket>();
    socket->connectToServer(endpoint.path);
    while (socket->state() == QLocalSocket::ConnectingState && !patience.isOver())
        socket->waitForConnected(waitTime(slice));
    if (socket->state() == QLocalSocket::ConnectedState)
        return std::unique_ptr<RedisTransport>(
            std::make_unique<SocketTransport<QLocalSocket>>(std::move(socket)));
    return patience.isOver() ? patience.error(endpoint.text()) : socketError(*socket, endpoint);
}

} // namespace

Result<std::unique_ptr<RedisTransport>> connectRedis(
    const RedisEndpoint& endpoint, Milliseconds deadline, const std::stop_token& stop)
{
    const Patience patience(deadline, stop);
    if (patience.isOver())
        return patience.error(endpoint.text());
    switch (endpoint.transport) {
    case RedisEndpoint::Transport::Tcp: return openTcp(endpoint, patience);
    case RedisEndpoint::Transport::Tls: return openTls(endpoint, patience);
    case RedisEndpoint::Transport::UnixSocket: return openSocket(endpoint, patience);
    }
    Q_UNREACHABLE();
}

} // namespace outboard
