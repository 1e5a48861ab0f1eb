// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "commandline.h"
#include "core/result.h"
#include "exitcode.h"

namespace outboard {

class Context;

/// --via: true for celery. Error::Refused for another word, and when an option is given that only a
/// direct relay obeys.
Result<bool> viaCelery(const CommandLine& line);

/// Asks the service's own relay task to run. What it publishes is not known here, so those fields
/// of the document are null.
Result<ExitCode> relayViaCelery(Context& context);

} // namespace outboard
