// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "settings/profile.h"

namespace outboard {

/// Whether the values of a profile can be: names, connections that are there, kinds that exist,
/// handlers that name a ledger of the profile. Touches no server. `hasCelery`: the file has that
/// section. Error::Refused names the key and says what to write.
Result<void> checkProfile(const Profile& profile, bool hasCelery);

} // namespace outboard
