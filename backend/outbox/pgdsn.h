// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"

#include <QByteArray>
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

    /// What to call the server in a sentence: "db.example:5432", "service shop" or a socket's
    /// folder.
    QString server() const;
    QString database() const; ///< Empty when libpq's default applies.
    QString user() const;     ///< Empty when libpq's default applies.

    bool hasPassword() const;

    /// Whether the operator's text sets this keyword.
    bool has(const QByteArray& keyword) const;

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
