// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"

#include <memory>

namespace outboard {

class DeadStore;

/// The operator's own store of notes and discarded dead letters, in a file beside the run store's.
Result<std::shared_ptr<DeadStore>> openDeadStore();

} // namespace outboard
