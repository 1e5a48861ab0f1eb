// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/count.h"
#include "settings/profile.h"

#include <QString>

namespace outboard {

/// Over this many, or in production, the count has to be typed before an action runs.
constexpr qint64 typedFrom = 100;

/// An unknown count may be any.
bool needsTypedCount(const Profile& profile, const Count& count);

/// What is to be typed: "1250", or "all" where the count is not exact.
QString typedCount(const Count& count);

} // namespace outboard
