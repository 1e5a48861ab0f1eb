// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "net/netplace.h"

#include <QByteArray>
#include <QList>
#include <QMap>
#include <QString>

#include <optional>

namespace outboard {

/// A PostgreSQL connection string (URI or keyword=value), taken apart so that settings can be added
/// and its password kept out of every message.
class PgDsn
{
public:
    /// Error::Refused for text that libpq cannot read. The text itself is never in the error.
    static Result<PgDsn> parse(const QString& text);

    /// What to call the server in a sentence: "db.example:5432", "a:5432, b:5432", "service shop"
    /// or a socket's folder.
    QString server() const;
    QString database() const; ///< Empty when libpq's default applies.
    QString user() const;     ///< Empty when libpq's default applies.

    bool hasPassword() const;

    /// Whether the operator's text sets this keyword.
    bool has(const QByteArray& keyword) const;

    /// Of a keyword; empty when the text does not set it.
    QByteArray value(const QByteArray& keyword) const;

    /// With what libpq adds from the service file and the environment. Connects to nothing.
    PgDsn expanded() const;

    /// The hosts (addresses where both are given) in the order in which libpq tries them.
    /// Error::Refused when there is none, or one is a socket's folder.
    Result<QList<NetPlace>> servers() const;

    /// Through tunnels to all servers of the expanded text: names stay, for TLS and .pgpass, and
    /// addresses change.
    Result<PgDsn> routed(const NetRoute& route) const;

    /// Adds or replaces a keyword.
    void set(const QByteArray& keyword, const QByteArray& value);

    /// The keyword=value form for libpq. Contains the password: hand it to libpq only.
    QByteArray conninfo() const;

    /// `text` without the password.
    QString redacted(QString text) const;

private:
    QMap<QByteArray, QByteArray> m_values;
};

} // namespace outboard
