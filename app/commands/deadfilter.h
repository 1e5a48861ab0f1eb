// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "commandline.h"
#include "core/result.h"
#include "services/deadcollector.h"

namespace outboard {

/// --error and --since, which `dead` and `plan --from dead` share.
QList<OptionSpec> deadFilterOptions();

/// With --topic and --group as well; Error::Refused for a --since that is no duration.
Result<DeadRequest> deadFilter(const CommandLine& line);

} // namespace outboard
