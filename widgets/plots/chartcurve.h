// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plots/unit.h"
#include "services/history.h"
#include "theme.h"

#include <QList>
#include <QString>

#include <optional>

namespace outboard {

/// One line of a chart.
struct ChartCurve
{
    QString name;
    QList<Sample> samples; ///< Oldest first.
    int color = 0;         ///< Index into Theme::curves.
    bool isDashed = false;
    bool isFilled = false;  ///< A soft area under the line.
    bool marksGaps = false; ///< Each gap is a sample without value, so that neighbours are joined
                            ///< however far apart they are.
};

/// Something that happened, on the time axis.
struct ChartMark
{
    TimePoint from;
    std::optional<TimePoint> to; ///< Set for what lasted: a strip at the top; else a line.
    QString text;                ///< For the cursor: one line.
    Tone tone = Tone::Accent;

    friend bool operator==(const ChartMark&, const ChartMark&) = default;
};

/// The sample of a moment; null where nobody measured.
const Sample* sampleAt(const ChartCurve& curve, TimePoint at);

/// What the cursor says: the moment, each curve's value, and what happened within `reach` of it, at
/// most four of those.
QString cursorText(
    const QList<ChartCurve>& curves,
    const QList<ChartMark>& marks,
    Unit unit,
    TimePoint at,
    TimePoint now,
    Microseconds reach);

/// The curves' samples between two moments as RFC 4180, one line a moment in UTC; a column a curve
/// with its unit. Empty: unknown then.
struct CsvChart
{
    QString title;
    Unit unit = Unit::Rows;
    QList<ChartCurve> curves;
};

QByteArray chartsCsv(const QList<CsvChart>& charts, TimePoint from, TimePoint to);

} // namespace outboard
