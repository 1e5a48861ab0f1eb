// SPDX-License-Identifier: GPL-3.0-or-later
#include "outbox/pgcertificate.h"
#include "outbox/pgdsn.h"
#include "outbox/pgerror.h"

#include <libpq-fe.h>

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>

#include <algorithm>
#include <array>

namespace outboard {

namespace {

struct TextRule
{
    const char* text; ///< Part of libpq's or the server's English text.
    Error::Kind kind;
    const char* sentence; ///< %1 server, %2 database, %3 user.
};

// The first rule that fits decides.
constexpr std::array connectRules = {
    TextRule{
        "unsupported startup parameter",
        Error::Kind::Refused,
        QT_TRANSLATE_NOOP(
            "outboard",
            "The pooler at %1 does not accept a setting in the DSN, most likely \"options\". Leave "
            "it out.")},
    TextRule{
        "server is in hot standby mode",
        Error::Kind::Refused,
        QT_TRANSLATE_NOOP(
            "outboard",
            "Only a standby answers at %1, and nothing can be changed there. Set \"dsn\" in the "
            "profile to the primary; the standby belongs in \"monitor_dsn\".")},
    TextRule{
        "session is read-only",
        Error::Kind::Refused,
        QT_TRANSLATE_NOOP(
            "outboard",
            "PostgreSQL at %1 only lets read, but the DSN asks for a server to write to. Set "
            "\"dsn\" in the profile to the primary.")},
    TextRule{
        "server is not in hot standby mode",
        Error::Kind::Refused,
        QT_TRANSLATE_NOOP(
            "outboard",
            "No standby answers at %1, which target_session_attrs in the DSN asks for. Use "
            "prefer-standby, or correct the host.")},
    TextRule{
        "invalid integer value",
        Error::Kind::Refused,
        QT_TRANSLATE_NOOP(
            "outboard",
            "A number in the DSN of %1 cannot be read. Check the port and the timeouts in it.")},
    TextRule{
        "invalid port number",
        Error::Kind::Refused,
        QT_TRANSLATE_NOOP("outboard", "The port in the DSN of %1 is not a port. Use 1 to 65535.")},
    TextRule{
        " value: \"",
        Error::Kind::Refused,
        QT_TRANSLATE_NOOP(
            "outboard",
            "A setting in the DSN of %1 has an unknown value. Check sslmode and the others.")},
    TextRule{
        "password authentication failed",
        Error::Kind::Auth,
        QT_TRANSLATE_NOOP(
            "outboard",
            "PostgreSQL at %1 refused the password of user \"%3\". Check user and password.")},
    TextRule{
        "certificate authentication failed",
        Error::Kind::Auth,
        QT_TRANSLATE_NOOP(
            "outboard",
            "The client certificate for PostgreSQL at %1 is not for user \"%3\". Use the user that "
            "it names, or the certificate of that user.")},
    TextRule{
        "requires a valid client certificate",
        Error::Kind::Auth,
        QT_TRANSLATE_NOOP(
            "outboard",
            "PostgreSQL at %1 asks for a client certificate and got none. Set sslcert and sslkey "
            "in the DSN.")},
    TextRule{
        "no password supplied",
        Error::Kind::Auth,
        QT_TRANSLATE_NOOP(
            "outboard",
            "PostgreSQL at %1 asks for a password of user \"%3\". Store it in the keychain or in "
            "~/.pgpass, set PGPASSWORD, or type it where Outboard asks.")},
    TextRule{
        "no pg_hba.conf entry",
        Error::Kind::Auth,
        QT_TRANSLATE_NOOP(
            "outboard",
            "PostgreSQL at %1 does not admit user \"%3\" from this machine. Add a line to its "
            "pg_hba.conf, or check sslmode.")},
    TextRule{
        "authentication failed",
        Error::Kind::Auth,
        QT_TRANSLATE_NOOP(
            "outboard",
            "PostgreSQL at %1 refused the login of user \"%3\". Check the user, and the server's "
            "pg_hba.conf.")},
    TextRule{
        "is not permitted to log in",
        Error::Kind::Auth,
        QT_TRANSLATE_NOOP(
            "outboard",
            "User \"%3\" of PostgreSQL at %1 may not log in. Use a user with the LOGIN right.")},
    TextRule{
        "certificate verify failed",
        Error::Kind::Tls,
        QT_TRANSLATE_NOOP(
            "outboard",
            "The certificate of PostgreSQL at %1 is not signed by a trusted authority. Set "
            "sslrootcert in the DSN to the right CA file.")},
    TextRule{
        "does not match host name",
        Error::Kind::Tls,
        QT_TRANSLATE_NOOP(
            "outboard",
            "The certificate of PostgreSQL at %1 belongs to another host name. Use the name in the "
            "certificate as host.")},
    TextRule{
        "root certificate file",
        Error::Kind::Tls,
        QT_TRANSLATE_NOOP(
            "outboard",
            "There is no CA file to verify PostgreSQL at %1. Set sslrootcert in the DSN to it.")},
    TextRule{
        "alert certificate expired",
        Error::Kind::Tls,
        QT_TRANSLATE_NOOP(
            "outboard",
            "The client certificate for PostgreSQL at %1 has expired. Renew the file that sslcert "
            "names.")},
    TextRule{
        "alert certificate revoked",
        Error::Kind::Tls,
        QT_TRANSLATE_NOOP(
            "outboard",
            "The client certificate for PostgreSQL at %1 was revoked. Ask for a new one.")},
    TextRule{
        "alert unknown ca",
        Error::Kind::Tls,
        QT_TRANSLATE_NOOP(
            "outboard",
            "PostgreSQL at %1 does not trust the authority that signed the client certificate. Use "
            "one of the right authority as sslcert.")},
    TextRule{
        "server does not support SSL",
        Error::Kind::Tls,
        QT_TRANSLATE_NOOP(
            "outboard",
            "PostgreSQL at %1 does not offer TLS, which the DSN demands. Switch it on there, or "
            "change sslmode.")},
    TextRule{
        "certificate",
        Error::Kind::Tls,
        QT_TRANSLATE_NOOP(
            "outboard",
            "A certificate for PostgreSQL at %1 cannot be used. Check sslcert, sslkey and "
            "sslrootcert in the DSN.")},
    TextRule{
        "private key file",
        Error::Kind::Tls,
        QT_TRANSLATE_NOOP(
            "outboard",
            "The key of the client certificate for PostgreSQL at %1 cannot be used. Check sslkey; "
            "its mode must be 0600.")},
    TextRule{
        "SSL error",
        Error::Kind::Tls,
        QT_TRANSLATE_NOOP(
            "outboard",
            "TLS with PostgreSQL at %1 could not be agreed on. Check sslmode and the certificates "
            "in the DSN.")},
    TextRule{
        "SSL negotiation",
        Error::Kind::Protocol,
        QT_TRANSLATE_NOOP(
            "outboard", "What answers at %1 is not PostgreSQL. Check host and port of the DSN.")},
    TextRule{
        "expected authentication request",
        Error::Kind::Protocol,
        QT_TRANSLATE_NOOP(
            "outboard", "What answers at %1 is not PostgreSQL. Check host and port of the DSN.")},
    TextRule{
        "role \"",
        Error::Kind::Auth,
        QT_TRANSLATE_NOOP(
            "outboard", "PostgreSQL at %1 has no user \"%3\". Check the user in the DSN.")},
    TextRule{
        "definition of service",
        Error::Kind::Missing,
        QT_TRANSLATE_NOOP(
            "outboard", "There is no %1 in pg_service.conf. Check \"service\" in the DSN.")},
    TextRule{
        "service file",
        Error::Kind::Missing,
        QT_TRANSLATE_NOOP(
            "outboard",
            "There is no pg_service.conf with %1. Check \"service\" in the DSN and "
            "PGSERVICEFILE.")},
    TextRule{
        "permission denied for database",
        Error::Kind::Refused,
        QT_TRANSLATE_NOOP(
            "outboard",
            "User \"%3\" may not connect to database \"%2\" of PostgreSQL at %1. GRANT CONNECT on "
            "it, or use another user in the DSN.")},
    TextRule{
        "no such database",
        Error::Kind::Missing,
        QT_TRANSLATE_NOOP(
            "outboard",
            "The pooler at %1 knows no database \"%2\". Check the database in the DSN.")},
    TextRule{
        "no such user",
        Error::Kind::Auth,
        QT_TRANSLATE_NOOP(
            "outboard", "The pooler at %1 knows no user \"%3\". Check the user in the DSN.")},
    TextRule{
        "cannot connect to server",
        Error::Kind::Unreachable,
        QT_TRANSLATE_NOOP(
            "outboard",
            "The pooler at %1 runs, but does not reach its PostgreSQL. Look at the pooler's log.")},
    TextRule{
        "server login has been failing",
        Error::Kind::Unreachable,
        QT_TRANSLATE_NOOP(
            "outboard",
            "The pooler at %1 runs, but its PostgreSQL refuses it. Look at the pooler's log.")},
    TextRule{
        "no more connections allowed",
        Error::Kind::Unreachable,
        QT_TRANSLATE_NOOP(
            "outboard",
            "The pooler at %1 has no free connection. Close some, or raise max_client_conn.")},
    TextRule{
        "query_wait_timeout",
        Error::Kind::Unreachable,
        QT_TRANSLATE_NOOP(
            "outboard",
            "The pooler at %1 had no session for this connection in time. Look for transactions "
            "that stay open, or raise its pool_size.")},
    TextRule{
        "database \"",
        Error::Kind::Missing,
        QT_TRANSLATE_NOOP(
            "outboard",
            "PostgreSQL at %1 has no database \"%2\" that this user may open. Check the database "
            "in the DSN.")},
    TextRule{
        "could not translate host name",
        Error::Kind::Unreachable,
        QT_TRANSLATE_NOOP("outboard", "The host of %1 is not known. Check the host in the DSN.")},
    TextRule{
        "Connection refused",
        Error::Kind::Unreachable,
        QT_TRANSLATE_NOOP(
            "outboard",
            "No PostgreSQL listens at %1. Check host and port of the DSN, and that the server "
            "runs.")},
    TextRule{
        "No such file or directory",
        Error::Kind::Unreachable,
        QT_TRANSLATE_NOOP(
            "outboard",
            "There is no PostgreSQL socket at %1. Check host and port of the DSN, and that the "
            "server runs.")},
    TextRule{
        "timeout expired",
        Error::Kind::Unreachable,
        QT_TRANSLATE_NOOP(
            "outboard",
            "PostgreSQL at %1 did not answer in time. Check the host, and firewalls on the way.")},
    TextRule{
        "connection slots",
        Error::Kind::Unreachable,
        QT_TRANSLATE_NOOP(
            "outboard",
            "PostgreSQL at %1 has no free connection. Close some, or raise max_connections.")},
    TextRule{
        "too many",
        Error::Kind::Unreachable,
        QT_TRANSLATE_NOOP(
            "outboard",
            "PostgreSQL at %1 has no free connection. Close some, or raise max_connections.")},
    TextRule{
        "the database system is",
        Error::Kind::Unreachable,
        QT_TRANSLATE_NOOP("outboard", "PostgreSQL at %1 is starting or stopping. Wait a moment.")},
    TextRule{
        "",
        Error::Kind::Unreachable,
        QT_TRANSLATE_NOOP(
            "outboard",
            "PostgreSQL at %1 cannot be reached. Check the DSN, and that the server runs.")},
};

constexpr TextRule expiredCertificate{
    "",
    Error::Kind::Tls,
    QT_TRANSLATE_NOOP(
        "outboard", "The certificate of PostgreSQL at %1 has expired. Renew it on the server.")};

constexpr TextRule earlyCertificate{
    "",
    Error::Kind::Tls,
    QT_TRANSLATE_NOOP(
        "outboard",
        "The certificate of PostgreSQL at %1 is not valid yet. Check the clocks of both "
        "machines.")};

constexpr TextRule openPassfile{
    "",
    Error::Kind::Auth,
    QT_TRANSLATE_NOOP(
        "outboard",
        "PostgreSQL at %1 asks for a password of user \"%3\", and libpq ignores the password file "
        "because others can read it. Set its mode to 0600.")};

constexpr TextRule unknownRefusal{
    "",
    Error::Kind::Auth,
    QT_TRANSLATE_NOOP(
        "outboard",
        "PostgreSQL at %1 runs but refused the connection. Check user, password and database of "
        "the DSN.")};

bool isPassfileIgnored(const PgDsn& dsn)
{
    const QByteArray file = dsn.expanded().value("passfile");
    const QFileInfo info(
        file.isEmpty() ? QDir::home().filePath(QStringLiteral(".pgpass"))
                       : QString::fromUtf8(file));
    constexpr auto others = QFile::ReadGroup | QFile::WriteGroup | QFile::ExeGroup
                            | QFile::ReadOther | QFile::WriteOther | QFile::ExeOther;
    return info.isFile() && (info.permissions() & others);
}

/// What libpq's text leaves open.
const TextRule& closer(const TextRule& rule, const PgDsn& dsn)
{
    const QLatin1StringView text(rule.text);
    if (text == QLatin1StringView("certificate verify failed")) {
        const auto fault = certificateFault(dsn);
        if (fault == CertificateFault::Expired)
            return expiredCertificate;
        if (fault == CertificateFault::NotYetValid)
            return earlyCertificate;
    }
    if (text == QLatin1StringView("no password supplied") && isPassfileIgnored(dsn))
        return openPassfile;
    // A server that speaks another language than English: at least tell whether it is there at all.
    if (text.isEmpty() && PQping(dsn.conninfo().constData()) == PQPING_OK)
        return unknownRefusal;
    return rule;
}

} // namespace

Error connectError(const PgDsn& dsn, const QString& libpqText)
{
    const auto* found =
        std::find_if(connectRules.begin(), connectRules.end(), [&](const TextRule& r) {
            return libpqText.contains(QLatin1StringView(r.text));
        });
    const TextRule& rule = closer(*found, dsn);
    return Error{
        rule.kind,
        filledSentence(rule.sentence, {dsn.server(), dsn.database(), dsn.user()}),
        dsn.redacted(libpqText.trimmed())};
}

} // namespace outboard
