// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/tcpconnect.h"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <QUrl>

#include <cerrno>
#include <memory>
#include <utility>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

constexpr int sliceMs = 100;

struct AddressesDeleter
{
    void operator()(addrinfo* addresses) const { freeaddrinfo(addresses); }
};

using Addresses = std::unique_ptr<addrinfo, AddressesDeleter>;

/// Closes the socket unless it is given away.
class Descriptor
{
public:
    explicit Descriptor(const addrinfo& address)
        : m_number(::socket(
            address.ai_family,
            address.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC,
            address.ai_protocol))
    {}

    ~Descriptor()
    {
        if (m_number >= 0)
            ::close(m_number);
    }
    Q_DISABLE_COPY_MOVE(Descriptor)

    int get() const { return m_number; }

    int release() { return std::exchange(m_number, -1); }

private:
    int m_number;
};

Error failure(Error::Kind kind, const QString& detail)
{
    return {kind, {}, detail};
}

Result<Addresses> lookUp(const QString& host, quint16 port)
{
    addrinfo wanted{};
    wanted.ai_family = AF_UNSPEC;
    wanted.ai_socktype = SOCK_STREAM;
    wanted.ai_flags = AI_NUMERICSERV;
    addrinfo* found = nullptr;
    // Literal addresses with a zone pass unchanged; names in other scripts need their ASCII form.
    const QByteArray ascii = host.contains(u':') ? host.toLatin1() : QUrl::toAce(host);
    const int error =
        getaddrinfo(ascii.constData(), QByteArray::number(port).constData(), &wanted, &found);
    if (error != 0)
        return failure(Error::Kind::Missing, QString::fromLocal8Bit(gai_strerror(error)));
    return Addresses(found);
}

int pendingError(int descriptor)
{
    int error = 0;
    socklen_t size = sizeof(error);
    getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size);
    return error;
}

/// The system's error number; 0 when connected. The caller asks again whether it is over.
int connectTo(
    const Descriptor& socket, const addrinfo& address, const std::function<bool()>& isOver)
{
    if (socket.get() < 0)
        return errno;
    if (::connect(socket.get(), address.ai_addr, address.ai_addrlen) == 0)
        return 0;
    if (errno != EINPROGRESS)
        return errno;
    pollfd waiting{socket.get(), POLLOUT, 0};
    while (!isOver()) {
        if (poll(&waiting, 1, sliceMs) > 0)
            return pendingError(socket.get());
    }
    return ETIMEDOUT;
}

} // namespace

Result<int> connectTcp(const QString& host, quint16 port, const std::function<bool()>& isOver)
{
    const auto addresses = lookUp(host, port);
    if (!addresses)
        return addresses.error();
    int error = 0;
    for (const addrinfo* address = addresses->get(); address; address = address->ai_next) {
        Descriptor socket(*address);
        error = connectTo(socket, *address, isOver);
        if (error == 0)
            return socket.release();
        if (isOver())
            return failure(Error::Kind::Cancelled, u"over"_s);
    }
    return failure(Error::Kind::Unreachable, qt_error_string(error));
}

} // namespace outboard
