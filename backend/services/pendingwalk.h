// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "model/pending.h"

#include <functional>
#include <optional>
#include <vector>

namespace outboard {

class Broker;

/// Walks along a pending list beside its stream, page by page, so that neither is held as a whole.
class PendingWalk
{
public:
    using Visit = std::function<void(const PendingEntry& entry)>;

    PendingWalk(Broker& broker, const BrokerTopic& topic, const GroupName& group, EntryId from);

    const GroupName& group() const { return m_query.group; }

    /// The next entries up to and with this id. A group that went away has nothing pending.
    /// Source: XPENDING stream group start + 2000.
    Result<void> upTo(const EntryId& last, const Visit& visit);

private:
    Result<void> load();

    Broker& m_broker;
    PendingQuery m_query;
    std::vector<PendingEntry> m_page;
    size_t m_at = 0;
    bool m_isAtEnd = false;
};

} // namespace outboard
