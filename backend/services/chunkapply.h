// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "services/replayworkers.h"

#include <functional>

namespace outboard {

/// Applies a chunk by the rules of the handler's guard, with one worker's tools. Settles all items;
/// an error means that the run cannot go on. `goesOn` is asked after every event of a batch that is
/// redone one by one; false leaves the rest not run.
Result<void> applyChunk(
    ReplayChunk& chunk, const ReplayTools& tools, const std::function<bool(ReplayItem&)>& goesOn);

} // namespace outboard
