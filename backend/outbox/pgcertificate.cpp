// SPDX-License-Identifier: GPL-3.0-or-later
#include "outbox/pgcertificate.h"

#include "outbox/pgdsn.h"

#include <QDir>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslSocket>

#include <algorithm>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

constexpr int stepMs = 3'000;

/// PostgreSQL's SSLRequest: its length, and a number that no protocol version has.
const QByteArray tlsRequest("\x00\x00\x00\x08\x04\xd2\x16\x2f", 8);

QString authorityFile(const PgDsn& dsn)
{
    const QByteArray file = dsn.value("sslrootcert");
    return file.isEmpty() ? QDir::home().filePath(u".postgresql/root.crt"_s)
                          : QString::fromUtf8(file);
}

bool isAgreed(QSslSocket& socket)
{
    socket.write(tlsRequest);
    socket.waitForBytesWritten(stepMs);
    return socket.waitForReadyRead(stepMs) && socket.read(1) == "S";
}

std::optional<CertificateFault> faultOf(const QList<QSslError>& errors)
{
    const auto has = [&](QSslError::SslError wanted) {
        return std::any_of(errors.begin(), errors.end(), [&](const QSslError& error) {
            return error.error() == wanted;
        });
    };
    if (has(QSslError::CertificateExpired))
        return CertificateFault::Expired;
    if (has(QSslError::CertificateNotYetValid))
        return CertificateFault::NotYetValid;
    return errors.isEmpty() ? std::nullopt : std::optional(CertificateFault::Untrusted);
}

} // namespace

std::optional<CertificateFault> certificateFault(const PgDsn& dsn)
{
    const PgDsn all = dsn.expanded();
    const auto servers = all.servers();
    if (!servers)
        return std::nullopt;
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setPeerVerifyMode(QSslSocket::VerifyPeer);
    configuration.setCaCertificates(QSslCertificate::fromPath(authorityFile(all)));
    QSslSocket socket;
    socket.setSslConfiguration(configuration);
    socket.setPeerVerifyName(QString::fromUtf8(all.value("host").split(',').value(0)));
    socket.connectToHost(servers->first().host, servers->first().port);
    if (!socket.waitForConnected(stepMs) || !isAgreed(socket))
        return std::nullopt;
    socket.startClientEncryption();
    socket.waitForEncrypted(stepMs);
    return faultOf(socket.sslHandshakeErrors());
}

} // namespace outboard
