// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "support/pgsession.h"
#include "support/scratchcertificates.h"

#include <QString>
#include <QStringList>

#include <memory>

namespace outboard {

/// A private PostgreSQL for one test: data and unix socket in a scratch folder that only its owner
/// can enter, stopped and removed with the object, killed with the test. Works as root (the server
/// then runs as user postgres) and as a user. Create it on the main thread.
class ScratchPostgres
{
public:
    struct Options
    {
        bool tls = false; ///< Also listens on 127.0.0.1 with a certificate for "localhost" and
                          ///< scram passwords.
        /// Lines of pg_hba.conf for 127.0.0.1 in place of scram passwords; needs tls. Client
        /// certificates are checked against the scratch authority.
        QByteArray rules = {};
        bool expiredCertificate = false; ///< The server shows one that ended yesterday.
        QStringList settings = {};       ///< "name=value", given to the server with -c.
    };

    /// Error::Missing when PostgreSQL is not installed.
    static Result<std::unique_ptr<ScratchPostgres>> start(const Options& options);

    static Result<std::unique_ptr<ScratchPostgres>> start() { return start(Options()); }

    /// A hot standby that follows this server by streaming replication.
    Result<std::unique_ptr<ScratchPostgres>> standby(const QStringList& settings = {}) const;

    ~ScratchPostgres();
    Q_DISABLE_COPY_MOVE(ScratchPostgres)

    /// Through the unix socket, as superuser postgres or another role (no password is asked there).
    QString dsn(const QString& user = QStringLiteral("postgres")) const;

    /// Through TCP on 127.0.0.1 (a password is always asked), without sslmode; needs Options::tls.
    QString tcpDsn(const QString& user, const QString& password) const;
    quint16 port() const;

    /// PEM file of the authority that signed the server's certificate.
    QString authorityFile() const;
    /// PEM file of an authority that did not.
    QString foreignAuthorityFile() const;

    const ScratchCertificates& certificates() const;
    /// One more, signed by the same authority (or the foreign one).
    Result<ScratchKeyPair> issue(const ScratchCertificates::Wish& wish) const;

    QString socketFolder() const;

    /// A short-lived superuser session each.
    Result<void> exec(const QString& sql) const;
    Result<QList<QList<QByteArray>>> rows(const QString& sql) const;
    QByteArray value(const QString& sql) const;

    /// A session that stays open.
    Result<std::unique_ptr<PgSession>> session() const;

    /// The tables of a default Django service: orders_outboxevent, billing_processedevent and
    /// email_processedevent, exactly as Django creates them (created_at without a default).
    Result<void> createSeedSchema(bool withUnpublishedIndex = false) const;

    /// Drops everything that a test made in schema public, and other schemas, so that one server
    /// can serve many test functions.
    Result<void> wipe() const;

    /// `count` unpublished rows of this topic in orders_outboxevent, one second apart, the last one
    /// now.
    Result<void> addEvents(const QString& topic, qint64 count) const;

    /// Ends every other session, as an administrator would (57P01).
    Result<void> terminateSessions() const;

    /// Clients are cut off, the server is gone until restart().
    void stop();
    /// The same without a goodbye and without a checkpoint.
    void crash();
    Result<void> restart();

private:
    struct Private;
    explicit ScratchPostgres(std::unique_ptr<Private> d);
    std::unique_ptr<Private> d;
};

} // namespace outboard
