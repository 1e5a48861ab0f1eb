// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "model/event.h"
#include "model/pending.h"
#include "services/relay.h"

#include <stop_token>
#include <vector>

namespace outboard {

class Broker;
class Ledger;

/// Claims and acknowledges entries of pending lists, in chunks, and scans whole lists.
class Claimer
{
public:
    explicit Claimer(Broker& broker);

    /// Every entry of the list that passes the filter, following the cursor to the end.
    /// Error::Refused for a broker without pending lists.
    Result<std::vector<PendingEntry>> scan(
        PendingQuery query, const ProgressFn& progress, const std::stop_token& stop);

    Result<ClaimReport> claim(
        const ClaimRequest& request, const ProgressFn& progress, const std::stop_token& stop);

    Result<AckReport> acknowledge(
        const BrokerTopic& topic,
        const GroupName& group,
        const std::vector<EntryId>& ids,
        const ProgressFn& progress,
        const std::stop_token& stop);

    /// Acknowledges the entries still pending whose event the group's ledger holds, and only those.
    /// Reads each entry to find its event id; entries gone from the stream are reported as refused.
    Result<AckReport> acknowledgeProcessed(
        const BrokerTopic& topic,
        const GroupName& group,
        Ledger& ledger,
        const ProgressFn& progress,
        const std::stop_token& stop);

private:
    Broker& m_broker;
};

/// outboard:<user>@<host>, the consumer that entries taken for replay belong to.
ConsumerName replayConsumer();

} // namespace outboard
