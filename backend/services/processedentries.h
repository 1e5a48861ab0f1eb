// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "core/time.h"
#include "model/pending.h"

#include <optional>
#include <vector>

namespace outboard {

class Broker;
class Ledger;

/// The entries of a page whose event the group's ledger holds.
struct ProcessedEntries
{
    std::vector<EntryId> ids;
    std::vector<EntryId>
        unreadable; ///< Gone from the stream, or without an event id: nobody can tell.
};

/// Reads the entries for their event ids and asks the ledger, once a page.
Result<ProcessedEntries> processedAmong(
    Broker& broker,
    Ledger& ledger,
    const BrokerTopic& topic,
    const GroupName& group,
    const std::vector<PendingEntry>& entries);

} // namespace outboard
