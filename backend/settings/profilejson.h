// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "settings/profile.h"

#include <QByteArray>
#include <QString>

namespace outboard {

/// Reads a profile file. Every key but outbox.dsn and broker.url has a default; null means the
/// default. Without "ledgers" the profile gets one ledger with an empty table, which
/// resolveLedgers() looks for on the outbox's database; an empty list means that there is none.
/// `fallbackName` is used when the file has no "name".
/// Error::Refused names the place: an unknown key, another type than expected, a value that cannot
/// be. A password inside a DSN or URL is kept in the profile, to be used; errors never show it.
Result<Profile> profileFromJson(const QByteArray& json, const QString& fallbackName);

/// The profile as profileFromJson() reads it, without keys that have their default and without any
/// password: one inside a DSN or URL is left out.
QByteArray profileToJson(const Profile& profile);

/// Whether a profile or file may be called this: 1…64 letters, digits, "-", "_" and ".", beginning
/// with a letter or digit. Error::Refused says so.
Result<void> checkProfileName(const QString& name);

} // namespace outboard
