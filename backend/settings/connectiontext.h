// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace outboard {

/// A DSN or URL as the operator wrote it, with the password taken out.
struct ConnectionText
{
    QString text;     ///< Without any password; safe to show, log and store.
    QString password; ///< Decoded; empty when there was none.

    friend bool operator==(const ConnectionText&, const ConnectionText&) = default;
};

/// Takes the password out of "scheme://user:password@host/…?password=…" or of libpq's
/// "host=h password='…'". Text that is neither comes back unchanged.
ConnectionText splitPassword(const QString& connection);

/// What a screen or message may show of a DSN or URL.
QString withoutPassword(const QString& connection);

/// Whether the user part of a URL holds a character that ends it too early ("/" or "?" in a
/// password that should have been written %2F or %3F): a driver would then print pieces of the
/// password.
bool hasUnencodedPassword(const QString& connection);

} // namespace outboard
