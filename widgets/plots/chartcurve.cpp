// SPDX-License-Identifier: GPL-3.0-or-later
#include "plots/chartcurve.h"

#include "plots/decimate.h"
#include "text/csv.h"
#include "text/format.h"

#include <QCoreApplication>

#include <algorithm>
#include <map>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

constexpr int mostMarks = 4;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(outboard)
};

bool isNear(const ChartMark& mark, TimePoint at, Microseconds reach)
{
    return at >= mark.from - reach && at <= mark.to.value_or(mark.from) + reach;
}

QString unitName(Unit unit)
{
    switch (unit) {
    case Unit::Rows: return Text::tr("rows");
    case Unit::RowsPerSecond: return Text::tr("rows/s");
    case Unit::Entries: return Text::tr("entries");
    case Unit::Seconds: return Text::tr("s");
    }
    return {};
}

} // namespace

const Sample* sampleAt(const ChartCurve& curve, TimePoint at)
{
    const QList<Sample>& samples = curve.samples;
    const auto after = std::ranges::lower_bound(samples, at, {}, &Sample::at);
    const Sample* best = after == samples.end() ? nullptr : &*after;
    if (after != samples.begin()) {
        const Sample* before = &*std::prev(after);
        const bool isInGap = best != nullptr && !before->value && !best->value;
        if (best == nullptr || isInGap || at - before->at < best->at - at)
            best = before;
    }
    const bool isInside = curve.marksGaps && after != samples.end() && after != samples.begin();
    return best != nullptr && (isInside || std::chrono::abs(best->at - at) <= longestJoin)
               ? best
               : nullptr;
}

QString cursorText(
    const QList<ChartCurve>& curves,
    const QList<ChartMark>& marks,
    Unit unit,
    TimePoint at,
    TimePoint now,
    Microseconds reach)
{
    QStringList lines{format::time(at, now)};
    for (const ChartCurve& curve : curves) {
        const Sample* sample = sampleAt(curve, at);
        lines << curve.name + u"  " + unitText(unit, sample ? sample->value : std::nullopt);
    }
    int told = 0;
    for (const ChartMark& mark : marks) {
        if (isNear(mark, at, reach) && told++ < mostMarks)
            lines << format::oneLine(mark.text, 70);
    }
    if (told > mostMarks)
        lines << Text::tr("and %n more", nullptr, told - mostMarks);
    return lines.join(u'\n');
}

QByteArray chartsCsv(const QList<CsvChart>& charts, TimePoint from, TimePoint to)
{
    QStringList header{Text::tr("time (UTC)")};
    std::map<TimePoint, QStringList> lines;
    qsizetype columns = 0;
    for (const CsvChart& chart : charts)
        columns += chart.curves.size();
    qsizetype column = 0;
    for (const CsvChart& chart : charts) {
        for (const ChartCurve& curve : chart.curves) {
            header << u"%1: %2 (%3)"_s.arg(chart.title, curve.name, unitName(chart.unit));
            for (const Sample& sample : curve.samples) {
                if (sample.at < from || sample.at > to)
                    continue;
                QStringList& cells = lines[sample.at];
                cells.resize(columns);
                if (sample.value)
                    cells[column] = QString::number(*sample.value, 'g', 12);
            }
            ++column;
        }
    }
    QByteArray csv = csvLine(header);
    for (const auto& [at, cells] : lines)
        csv += csvLine(QStringList{isoText(at)} + cells);
    return csv;
}

} // namespace outboard
