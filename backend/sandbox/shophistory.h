// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "settings/profile.h"

#include <QtGlobal>

namespace outboard {

/// Fills an empty sandbox with the past half hour of `orders` orders: outbox rows that are
/// published, streams that hold their events, both groups with nothing left to read, both ledgers
/// complete. Blocks; a few hundred milliseconds for 2 000 orders.
Result<void> loadShopHistory(const Profile& profile, qint64 orders);

} // namespace outboard
