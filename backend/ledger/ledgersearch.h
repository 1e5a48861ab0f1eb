// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "settings/profile.h"

#include <stop_token>

namespace outboard {

class SecretStore;

/// Whether a ledger of the profile has no table yet: it is to be looked for by its name.
bool hasAutomaticLedgers(const Profile& profile);

/// The profile without those ledgers, for when their database does not answer.
Profile withoutAutomaticLedgers(Profile profile);

/// Replaces every ledger without a table by the tables of its database whose name ends in
/// _processedevent. The only one records every group; of several, each records the group that its
/// name begins with (billing_processedevent: billing), unless the profile names groups. None: the
/// ledger is left out. Error::Missing when the profile named a ledger's DSN or groups and there is
/// no such table. Blocks up to the connect deadline. Source: one SELECT on the catalogue for each
/// such ledger.
Result<Profile> findLedgers(Profile profile, const SecretStore& secrets, std::stop_token stop);

} // namespace outboard
