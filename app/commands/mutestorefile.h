// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"

#include <memory>

namespace outboard {

class MuteStore;

/// The operator's own store of muted findings, in a file beside the run store's.
Result<std::shared_ptr<MuteStore>> openMuteStore();

} // namespace outboard
