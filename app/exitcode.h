// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"

namespace outboard {

enum class ExitCode {
    Done = 0,
    InPart = 1, ///< Some events were refused or failed; the document says which.
    Usage = 2,  ///< A wrong command line, profile or permission: somebody must change something.
    Unreachable = 3, ///< A server could not be reached, or timed out: trying again can help.
    Guard = 4,       ///< Refused by a guard of Outboard; nothing was changed.
};

/// What an error that ended a command means to the shell.
ExitCode exitCodeOf(const Error& error);

/// For a command that did some of its work before the error.
ExitCode worse(ExitCode a, ExitCode b);

} // namespace outboard
