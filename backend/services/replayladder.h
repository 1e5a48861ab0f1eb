// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>

#include <optional>

namespace outboard {

/// The canary ladder: a few small steps, then the rest in one.
class ReplayLadder
{
public:
    /// Steps below 1 are passed over.
    explicit ReplayLadder(const QList<qint64>& steps);

    /// How many events the current step still takes; absent on the last step, which takes the rest.
    std::optional<qint64> left() const;

    /// Counts events that were taken, at most left(). True when that ended a step of the ladder.
    bool climb(qint64 events);

private:
    QList<qint64> m_steps; ///< What is left of each.
};

} // namespace outboard
