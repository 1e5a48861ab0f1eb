// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "settings/profile.h"

#include <QString>

namespace outboard {

/// The sandbox's profile: its servers, both ledgers, handlers that do what its consumers do, and
/// thresholds short enough to see something happen.
Profile sandboxProfile(const QString& dsn, const QString& redisUrl);

} // namespace outboard
