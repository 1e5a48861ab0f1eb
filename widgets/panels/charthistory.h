// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plots/chartcurve.h"
#include "store/historystore.h"

#include <QStringList>

namespace outboard {

/// What charts show: the rounds since the program was opened, before them what was stored, and what
/// happened.
struct ChartHistory
{
    const History& live;
    const StoredHistory* stored = nullptr; ///< Null: nothing, or not yet.
    QList<ChartMark> marks = {};

    /// Oldest first. Each gap is marked by samples without value (ChartCurve::marksGaps).
    QList<Sample> samples(Series series, TimePoint from, const QString& object = {}) const;

    /// "stream / group" of all groups that are known, sorted.
    QStringList groups() const;

    /// Since when anything was measured.
    std::optional<TimePoint> since() const;
};

/// One after the other, with what is longer than the longest join between two marked as a gap.
QList<Sample> withGaps(const QList<Sample>& samples);

} // namespace outboard
