// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "commandline.h"
#include "core/result.h"
#include "core/time.h"

#include <optional>

namespace outboard {

/// An option that names a time: "24h" ago, or a day or moment as ISO 8601 writes it (local time,
/// unless it says otherwise). Absent when the option is. Error::Refused names the option.
Result<std::optional<TimePoint>> momentOption(
    const CommandLine& line, const QString& option, TimePoint now);

} // namespace outboard
