// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "command.h"

namespace outboard {

// One file a command; each describes itself. The table is in commandlist.cpp.
Command statusCommand();
Command topicsCommand();
Command groupsCommand();
Command pendingCommand();
Command deadCommand();
Command relayCommand();
Command claimCommand();
Command ackCommand();
Command planCommand();
Command replayCommand();
Command traceCommand();
Command reconcileCommand();
Command journalCommand();
Command profileCommand();
Command sandboxCommand();
Command snapshotCommand();

} // namespace outboard
