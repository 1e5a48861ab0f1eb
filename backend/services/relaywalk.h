// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/time.h"
#include "outbox/relayline.h"
#include "services/relay.h"

#include <chrono>
#include <optional>

namespace outboard {

/// Where a relay run is in its table: up by row id, and again from the low end.
class RelayWalk
{
public:
    /// `request` must outlive it.
    explicit RelayWalk(const RelayRequest& request);

    /// Nothing is left to do: all that was asked for, or a walk from the low end met nothing new.
    bool isOver() const;

    RelayBatch next() const;

    /// What the batch of next() met.
    struct Step
    {
        qint64 seen = 0;
        std::optional<OutboxRowId> last;
        qint64 fresh = 0; ///< Rows that were not offered to the broker before.
        std::chrono::steady_clock::duration took{};
    };

    void moveOn(const Step& step);

    /// Rows that were offered to the broker until now.
    qint64 offered() const { return m_offered; }

private:
    bool mayLookBack() const;
    void startOver();

    const RelayRequest& m_request;
    std::optional<OutboxRowId> m_after;
    std::optional<OutboxRowId> m_lookedBackFrom;   ///< Set while a chunk is taken from the low end.
    std::chrono::steady_clock::time_point m_atLow; ///< When one was last taken there,
    std::chrono::steady_clock::duration m_lowTook{}; ///< and how long that took.
    qint64 m_offered = 0;
    qint64 m_foundInWalk = 0;
    qint64 m_chunksSinceLow = 0;
    bool m_isDrained = false;
};

} // namespace outboard
