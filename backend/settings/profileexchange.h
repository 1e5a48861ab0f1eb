// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "settings/profile.h"
#include "settings/profilestore.h"

#include <QString>

namespace outboard {

/// Writes the profile for another machine. Passwords are left out. Error::Refused, and nothing is
/// written, when a handler's command, an address or a DSN holds what looks like a secret in another
/// form ("--token=…", "?key=…"): it says where, and what to do.
Result<void> exportProfile(const Profile& profile, const QString& path);

/// Reads a file that was exported and adds it to the store under `name` (empty: its own). What its
/// handlers run awaits approval. Error::Conflict when there is a profile of this name.
Result<Profile> importProfile(const ProfileStore& store, const QString& path, const QString& name);

} // namespace outboard
