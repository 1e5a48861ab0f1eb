// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "model/pending.h"

#include <functional>
#include <stop_token>
#include <vector>

namespace outboard {

class Broker;

/// Calls `fn` with every page of a pending list, following the cursor to the end; `fn` may move the
/// entries away, and its error ends the walk. Pages are as large as the server stands; query.limit
/// is ignored. The broker paces them.
/// Error::Refused for a broker without pending lists, Error::Cancelled when stopped between pages.
Result<void> forEachPendingPage(
    Broker& broker,
    PendingQuery query,
    const std::stop_token& stop,
    const std::function<Result<void>(std::vector<PendingEntry>& entries)>& fn);

} // namespace outboard
