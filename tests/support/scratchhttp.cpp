// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/scratchhttp.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <QFile>
#include <QSslKey>
#include <QSslSocket>

#include <array>
#include <atomic>
#include <mutex>
#include <thread>
#include <tuple>
#include <utility>

namespace outboard {

namespace {

constexpr int patienceMs = 20'000;

/// A listening socket on a free port of 127.0.0.1, and which port that is.
std::pair<int, quint16> listenOnLoopback()
{
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof address;
    if (::bind(listener, generic, size) != 0 || ::listen(listener, 128) != 0
        || ::getsockname(listener, generic, &size) != 0)
        qFatal("no port of 127.0.0.1 is free");
    return {listener, ntohs(address.sin_port)};
}

QByteArray readFile(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// Reads up to the end of the request's body.
std::optional<ScratchHttp::Request> readRequest(QTcpSocket& socket)
{
    QByteArray bytes;
    qsizetype head = -1;
    qsizetype length = 0;
    while (head < 0 || bytes.size() < head + 4 + length) {
        if (socket.bytesAvailable() == 0 && !socket.waitForReadyRead(patienceMs))
            return std::nullopt;
        bytes += socket.readAll();
        head = bytes.indexOf("\r\n\r\n");
        const qsizetype at = bytes.toLower().indexOf("content-length:");
        if (head >= 0 && at >= 0 && at < head)
            length = bytes.mid(at + 15, bytes.indexOf('\r', at) - at - 15).trimmed().toLongLong();
    }
    ScratchHttp::Request request;
    QByteArray text = bytes.left(head);
    request.headers = text.replace("\r\n", "\n").split('\n');
    request.line = request.headers.takeFirst();
    request.body = bytes.mid(head + 4);
    return request;
}

} // namespace

struct ScratchHttp::Private
{
    Answer answer;
    std::optional<ScratchCertificates> certificates;
    int listener = -1;
    quint16 port = 0;
    std::atomic<bool> isOver = false;
    std::mutex mutex;
    std::vector<Request> requests;
    std::vector<std::thread> connections;
    std::thread acceptor;

    void acceptAll();
    void serve(int descriptor);
    std::unique_ptr<QTcpSocket> open(int descriptor) const;
};

void ScratchHttp::Private::acceptAll()
{
    while (!isOver) {
        pollfd polled{listener, POLLIN, 0};
        if (::poll(&polled, 1, 20) <= 0)
            continue;
        const int descriptor = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
        if (descriptor >= 0)
            connections.emplace_back([this, descriptor] { serve(descriptor); });
    }
}

std::unique_ptr<QTcpSocket> ScratchHttp::Private::open(int descriptor) const
{
    if (!certificates) {
        auto plain = std::make_unique<QTcpSocket>();
        plain->setSocketDescriptor(descriptor);
        return plain;
    }
    auto secure = std::make_unique<QSslSocket>();
    secure->setLocalCertificate(certificates->serverCertificate);
    secure->setPrivateKey(QSslKey(readFile(certificates->serverKey), QSsl::Rsa));
    secure->setSocketDescriptor(descriptor);
    secure->startServerEncryption();
    return secure->waitForEncrypted(patienceMs) ? std::move(secure) : nullptr;
}

void ScratchHttp::Private::serve(int descriptor)
{
    const auto socket = open(descriptor);
    if (!socket)
        return;
    const auto request = readRequest(*socket);
    if (!request)
        return;
    {
        const std::lock_guard lock(mutex);
        requests.push_back(*request);
    }
    const auto send = [this, &socket](const QByteArray& bytes) {
        socket->write(bytes);
        while (!isOver && socket->bytesToWrite() > 0) {
            if (!socket->waitForBytesWritten(100) && socket->state() != QTcpSocket::ConnectedState)
                return false;
        }
        return !isOver && socket->state() == QTcpSocket::ConnectedState;
    };
    send(answer(*request, send));
    socket->disconnectFromHost();
}

ScratchHttp::ScratchHttp(Answer answer, std::optional<ScratchCertificates> certificates)
    : d(std::make_unique<Private>())
{
    d->answer = std::move(answer);
    d->certificates = std::move(certificates);
    std::tie(d->listener, d->port) = listenOnLoopback();
    d->acceptor = std::thread([this] { d->acceptAll(); });
}

ScratchHttp::~ScratchHttp()
{
    d->isOver = true;
    d->acceptor.join();
    for (std::thread& connection : d->connections)
        connection.join();
    ::close(d->listener);
}

quint16 ScratchHttp::port() const
{
    return d->port;
}

QString ScratchHttp::url(const QString& host) const
{
    return QStringLiteral("%1://%2:%3/events")
        .arg(d->certificates ? QStringLiteral("https") : QStringLiteral("http"), host)
        .arg(d->port);
}

std::vector<ScratchHttp::Request> ScratchHttp::requests() const
{
    const std::lock_guard lock(d->mutex);
    return d->requests;
}

QByteArray ScratchHttp::Request::header(const QByteArray& name) const
{
    const QByteArray start = name.toLower() + ':';
    for (const QByteArray& each : headers) {
        if (each.toLower().startsWith(start))
            return each.mid(name.size() + 1).trimmed();
    }
    return {};
}

QByteArray ScratchHttp::answer(
    const QByteArray& status, const QByteArray& body, const QByteArrayList& headers)
{
    QByteArray bytes = "HTTP/1.1 " + status + "\r\n";
    for (const QByteArray& header : headers)
        bytes += header + "\r\n";
    return bytes + "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
}

} // namespace outboard
