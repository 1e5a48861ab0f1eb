// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/relaylanes.h"

#include <utility>

namespace outboard {

RelayLanes::RelayLanes(const RelayLines& lines)
{
    for (const auto& line : lines) {
        m_lanes.push_back(std::make_unique<Lane<Held>>(
            QStringLiteral("relay %1").arg(m_lanes.size() + 1),
            [held = line.get()](const std::stop_token&) -> Result<std::unique_ptr<Held>> {
                return std::make_unique<Held>(Held{held});
            }));
    }
}

QFuture<Result<LockedRows>> RelayLanes::lock(std::size_t lane, const RelayBatch& batch)
{
    return m_lanes[lane]->run([batch](Held& held) { return held.line->lock(batch); });
}

QFuture<Result<RelayReport>> RelayLanes::mark(
    std::size_t lane, std::vector<Result<EntryId>> results)
{
    return m_lanes[lane]->run([results = std::move(results)](Held& held) -> Result<RelayReport> {
        return held.line->mark(results);
    });
}

} // namespace outboard
