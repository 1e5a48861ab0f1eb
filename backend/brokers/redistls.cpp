// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/redistls.h"

#include <QCoreApplication>
#include <QFile>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslKey>
#include <QSslSocket>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

Result<QByteArray> readFile(const QString& path)
{
    QFile file(path);
    if (file.open(QIODevice::ReadOnly))
        return file.readAll();
    return Error{
        Error::Kind::Missing,
        QCoreApplication::translate(
            "outboard", "The file %1 cannot be read. Correct its path in the profile, or its mode.")
            .arg(path),
        file.errorString()};
}

Result<QList<QSslCertificate>> readCertificates(const QString& path)
{
    const auto text = readFile(path);
    if (!text)
        return text.error();
    const QList<QSslCertificate> certificates = QSslCertificate::fromData(*text, QSsl::Pem);
    if (!certificates.isEmpty())
        return certificates;
    return Error{
        Error::Kind::Tls,
        QCoreApplication::translate(
            "outboard", "The file %1 holds no certificate. Give a PEM file with certificates.")
            .arg(path),
        {}};
}

Result<QSslKey> readKey(const QString& path)
{
    const auto text = readFile(path);
    if (!text)
        return text.error();
    for (const QSsl::KeyAlgorithm algorithm : {QSsl::Rsa, QSsl::Ec}) {
        const QSslKey key(*text, algorithm, QSsl::Pem, QSsl::PrivateKey);
        if (!key.isNull())
            return key;
    }
    return Error{
        Error::Kind::Tls,
        QCoreApplication::translate(
            "outboard",
            "The file %1 holds no key that can be used. Give an RSA or EC private key as PEM, "
            "without a passphrase.")
            .arg(path),
        {}};
}

QString sentence(QSslError::SslError error)
{
    switch (error) {
    case QSslError::HostNameMismatch:
        return QCoreApplication::translate(
            "outboard",
            "The certificate of %1 is for another name. Connect by the name in it, or set "
            "tls.server_name in the profile.");
    case QSslError::CertificateExpired:
        return QCoreApplication::translate(
            "outboard", "The certificate of %1 has expired. Renew it on the server.");
    case QSslError::CertificateNotYetValid:
        return QCoreApplication::translate(
            "outboard",
            "The certificate of %1 is not valid yet. Check the clocks of both machines.");
    case QSslError::SelfSignedCertificate:
    case QSslError::SelfSignedCertificateInChain:
    case QSslError::UnableToGetLocalIssuerCertificate:
    case QSslError::UnableToGetIssuerCertificate:
    case QSslError::UnableToVerifyFirstCertificate:
    case QSslError::CertificateUntrusted:
    case QSslError::InvalidCaCertificate:
    case QSslError::AuthorityIssuerSerialNumberMismatch:
    case QSslError::CertificateSignatureFailed:
        return QCoreApplication::translate(
            "outboard",
            "The certificate of %1 is not from an authority that is trusted here. Set tls.ca in "
            "the profile to the authority's PEM file.");
    default: // A library's enum, most of whose values need no words of their own.
        return QCoreApplication::translate(
            "outboard",
            "The certificate of %1 cannot be verified. Look at the log for the reason.");
    }
}

} // namespace

Result<QSslConfiguration> tlsConfiguration(const TlsSettings& settings)
{
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setPeerVerifyMode(QSslSocket::VerifyPeer);
    if (!settings.ca.isEmpty()) {
        const auto authorities = readCertificates(settings.ca);
        if (!authorities)
            return authorities.error();
        configuration.setCaCertificates(*authorities); // Replaces the system's.
    }
    if (settings.cert.isEmpty() != settings.key.isEmpty())
        return Error{
            Error::Kind::Refused,
            QCoreApplication::translate(
                "outboard", "A client certificate needs its key: set both tls.cert and tls.key."),
            {}};
    if (settings.cert.isEmpty())
        return configuration;
    const auto chain = readCertificates(settings.cert);
    if (!chain)
        return chain.error();
    const auto key = readKey(settings.key);
    if (!key)
        return key.error();
    configuration.setLocalCertificateChain(*chain);
    configuration.setPrivateKey(*key);
    return configuration;
}

QString tlsAlertText(const QString& description)
{
    return u"TLS alert: "_s + description;
}

std::optional<Error> certificateAlert(const QString& alert, const QString& place)
{
    const auto says = [&alert](const QString& description) {
        return alert.compare(tlsAlertText(description), Qt::CaseInsensitive) == 0;
    };
    const auto error = [&](const QString& what) {
        return Error{Error::Kind::Tls, what.arg(place), alert};
    };
    if (says(u"certificate required"_s))
        return error(QCoreApplication::translate(
            "outboard",
            "The server at %1 requires a client certificate. Set tls.cert and tls.key in the "
            "profile."));
    if (says(u"certificate expired"_s))
        return error(QCoreApplication::translate(
            "outboard",
            "The server at %1 refused the client certificate, because it has expired. Renew the "
            "one in tls.cert."));
    if (says(u"unknown CA"_s) || says(u"bad certificate"_s) || says(u"certificate unknown"_s))
        return error(QCoreApplication::translate(
            "outboard",
            "The server at %1 refused the client certificate. Ask for one from an authority that "
            "it trusts, and set tls.cert and tls.key."));
    return std::nullopt;
}

Error handshakeError(const QSslSocket& socket, const QString& place)
{
    const QList<QSslError> errors = socket.sslHandshakeErrors();
    if (!errors.isEmpty())
        return {
            Error::Kind::Tls,
            sentence(errors.first().error()).arg(place),
            errors.first().errorString()};
    const QString detail = socket.errorString();
    if (socket.error() == QAbstractSocket::SslInternalError
        || socket.error() == QAbstractSocket::SslInvalidUserDataError)
        return {
            Error::Kind::Tls,
            QCoreApplication::translate(
                "outboard", "Client certificate and key do not fit. Check tls.cert and tls.key."),
            detail};
    return {
        Error::Kind::Tls,
        QCoreApplication::translate(
            "outboard",
            "The server at %1 does not answer in TLS. If this port does not speak TLS, write "
            "redis:// instead of rediss://; it may also require a client certificate.")
            .arg(place),
        detail};
}

} // namespace outboard
