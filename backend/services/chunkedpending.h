// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "model/pending.h"
#include "services/relay.h"

#include <span>
#include <stop_token>

namespace outboard {

class Broker;

/// Claims in chunks that tell their progress. Ids named twice are claimed once. After the first
/// chunk an error is in the report, with the rest not tried.
Result<ClaimReport> claimInChunks(
    Broker& broker,
    const ClaimRequest& request,
    const ProgressFn& progress,
    const std::stop_token& stop);

/// The same for acknowledging.
Result<AckReport> acknowledgeInChunks(
    Broker& broker,
    const BrokerTopic& topic,
    const GroupName& group,
    std::span<const EntryId> ids,
    const ProgressFn& progress,
    const std::stop_token& stop);

/// Adds a chunk's lists to the whole's; the chunk's error becomes the whole's.
void append(ClaimReport& whole, ClaimReport chunk);
void append(AckReport& whole, AckReport chunk);

} // namespace outboard
