// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/time.h"
#include "model/snapshot.h"

#include <QHash>
#include <QList>
#include <QString>

#include <optional>

namespace outboard {

/// One number over time; a gap (nothing measured, or unknown) is an absent value.
struct Sample
{
    TimePoint at; ///< Desktop clock at the end of the round, so that charts of all sources line up.
    std::optional<double> value;

    friend bool operator==(const Sample&, const Sample&) = default;
};

/// Which curve. Per-group curves carry "stream / group" in `object`.
enum class Series {
    Backlog,       ///< rows
    OldestAge,     ///< seconds
    CreatedRate,   ///< rows/s
    PublishedRate, ///< rows/s
    Pending,       ///< entries, all groups
    Lag,           ///< entries, all groups
    OldestIdle,    ///< seconds, all groups
    Dead,          ///< events
    GroupPending,  ///< entries of `object`
    GroupLag,      ///< entries of `object`
};

/// The numbers of the last 24 h, in memory; thinned with age (every round for 10 min, then 10 s,
/// then 1 min).
class History
{
public:
    void add(const Snapshot& snapshot);

    /// Samples at or after `from`, oldest first.
    QList<Sample> samples(Series series, TimePoint from, const QString& object = {}) const;

    std::optional<double> latest(Series series, const QString& object = {}) const;

    /// "stream / group" of every group seen, sorted.
    QStringList groups() const;

    /// Seconds until the backlog is empty at the rates of the last minute; absent when it does not
    /// shrink or a rate is unknown.
    std::optional<double> secondsToDrain() const;

private:
    struct Curve;
    QHash<QString, QList<Sample>> m_curves;
    std::optional<Snapshot> m_previous;
};

} // namespace outboard
