// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/time.h"
#include "model/snapshot.h"

#include <optional>

namespace outboard {

/// What the poller remembers of one source: whether it answers, since when not, and when to ask it
/// again. A dead source is asked again after 1, 2, 4 … 30 s; a source that answers "no such table"
/// is alive and asked every round.
class SourceWatch
{
public:
    explicit SourceWatch(QString name);

    const SourceHealth& health() const { return m_health; }

    /// False while the source backs off.
    bool isDue(TimePoint now) const;

    /// `error`: the first thing that failed, if anything. `roundTrip`: absent when the ping failed.
    void answered(
        TimePoint roundStartedAt,
        TimePoint now,
        std::optional<Microseconds> roundTrip,
        std::optional<Error> error);

private:
    SourceHealth m_health;
    int m_failures = 0; ///< In a row, of the kinds that back off.
};

} // namespace outboard
