// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace outboard {

/// Why something could not be done, as a value.
/// `kind` is for code that must decide (retry or not?), `what` for the operator, `detail` for the
/// log.
struct Error
{
    enum class Kind {
        Unreachable, ///< No connection, or it broke; the connection is unusable.
        Timeout,     ///< A deadline passed; whether the server did the work is unknown.
        Auth,        ///< The server refused user, password or client certificate.
        Tls,         ///< TLS could not be agreed on, or the certificate did not verify.
        Missing,     ///< A table, column, stream, group or file does not exist.
        Refused,     ///< The server, or a guard, said no; nothing was changed.
        Conflict,    ///< Someone else was faster, or it is unknown whether a commit happened.
        Protocol,    ///< An answer that makes no sense; the connection was closed.
        Cancelled,   ///< The operator stopped it, or the lane closed.
        Internal,    ///< A defect in Outboard.
    };

    Kind kind = Kind::Internal;
    QString what;   ///< One translated sentence that says what to do.
    QString detail; ///< The server's own text; never contains a secret.

    friend bool operator==(const Error&, const Error&) = default;
};

/// Stable English name of a kind, for logs and JSON ("unreachable", "timeout", ...).
QString kindName(Error::Kind kind);

/// Whether asking again later can help without anybody changing something.
bool isTransient(Error::Kind kind);

} // namespace outboard
