// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "handlers/handler.h"
#include "settings/profile.h"

#include <memory>
#include <stop_token>

namespace outboard {

/// Applies an event by a program that reads eventDocument() on its standard input; exit status 0 is
/// success, another one says that the event was not applied. One that was ended by a signal, by its
/// time limit or by a stop "may have applied it". Never through a shell, and nothing of the event
/// is on the command line, where every user of the machine could read it.
///
/// Error::Refused when the settings name no program.
Result<std::unique_ptr<Handler>> makeCommandHandler(
    const HandlerSettings& settings, std::stop_token stop);

} // namespace outboard
