// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "exitcode.h"
#include "model/snapshot.h"

namespace outboard {

class Context;

/// Polls all sources like the window does, `rounds` times (two: rates are known), and returns the
/// last round; on a terminal, passwords that a server refuses are asked for. Error::Cancelled when
/// stopped.
Result<SnapshotPtr> survey(Context& context, int rounds);

/// The worst of what failed; Done when every source answered.
ExitCode exitCodeOf(const Snapshot& snapshot);

/// A sentence on standard error for each source that failed.
void reportSources(Context& context, const Snapshot& snapshot);

} // namespace outboard
