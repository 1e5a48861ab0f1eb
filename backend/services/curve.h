// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/time.h"

#include <QList>

#include <deque>
#include <optional>

namespace outboard {

/// One number over time; a gap (nothing measured, or unknown) is an absent value.
struct Sample
{
    TimePoint at; ///< Desktop clock at the end of the round, so that charts of all sources line up.
    std::optional<double> value;

    friend bool operator==(const Sample&, const Sample&) = default;
};

/// The samples of 24 h in bounded memory: every one for 10 min, then means of 10 s up to 1 h, then
/// means of 1 min. About 40 kB when full.
class Curve
{
public:
    /// Samples come in order of time; when the desktop's clock was set back, those that now lie in
    /// the future are dropped.
    void add(Sample sample);

    /// Samples at or after `from`, oldest first.
    QList<Sample> since(TimePoint from) const;

    /// The newest sample's value.
    std::optional<double> latest() const;

    qsizetype size() const;

private:
    /// 16 bytes, because there may be some thousand a curve and hundreds of curves.
    struct Point
    {
        TimePoint at;
        double value; ///< NaN: a gap.
    };

    struct Tier
    {
        std::deque<Point> points;
        int openWeight = 0; ///< Known values in the last point, which is still growing.

        void merge(Point point, Milliseconds width);
        void dropFrom(TimePoint at);
    };

    void age();

    std::deque<Point> m_recent;
    Tier m_middle;
    Tier m_old;
};

} // namespace outboard
