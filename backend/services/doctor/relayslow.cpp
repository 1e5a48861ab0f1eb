// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/doctor/rules.h"
#include "text/format.h"

#include <algorithm>

namespace outboard::doctor {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr Milliseconds window = 2min;
// Below this a relay that runs every now and then would look slow between two runs.
constexpr Milliseconds leastCovered = 1min;
constexpr double leastGrowth = 50; // rows from one half of the window to the other
constexpr double tolerance = 1.1;

struct Mean
{
    double value = 0;
    qint64 known = 0;
    Microseconds covered{0};
};

Mean meanOf(const Case& patient, Series series)
{
    const TimePoint now = patient.snapshot.finishedAt;
    Mean mean;
    for (const Sample& sample : patient.history.samples(series, now - window)) {
        if (!sample.value)
            continue;
        if (mean.known == 0)
            mean.covered = now - sample.at;
        ++mean.known;
        mean.value += (*sample.value - mean.value) / static_cast<double>(mean.known);
    }
    return mean;
}

/// How much the lowest backlog of the window's second half is above that of its first: a relay
/// that empties the table every now and then has the same low in both. Absent when not known.
std::optional<double> growthOfLows(const Case& patient)
{
    const TimePoint now = patient.snapshot.finishedAt;
    std::optional<double> lows[2];
    for (const Sample& sample : patient.history.samples(Series::Backlog, now - window)) {
        if (!sample.value)
            continue;
        std::optional<double>& low = lows[sample.at < now - window / 2 ? 0 : 1];
        low = std::min(low.value_or(*sample.value), *sample.value);
    }
    if (!lows[0] || !lows[1])
        return std::nullopt;
    return *lows[1] - *lows[0];
}

/// Whether the backlog grows; a count at its cap cannot show it, then the rates alone decide.
bool isGrowing(const Case& patient)
{
    const OutboxState& outbox = *patient.snapshot.outbox;
    if (outbox.unpublished.quality == Count::Quality::AtLeast)
        return true;
    const std::optional<double> growth = growthOfLows(patient);
    const bool isLate =
        outbox.oldestAge && *outbox.oldestAge > patient.profile.thresholds.oldestUnpublished;
    return growth && *growth > 0 && (isLate || *growth >= leastGrowth);
}

QString withoutInflow(const OutboxState& outbox, double out)
{
    if (!outbox.unpublished.isKnown())
        return Text::tr("how long it would take if nothing came in is not known");
    const Milliseconds wait(qint64(1'000.0 * double(outbox.unpublished.value) / out));
    return outbox.unpublished.quality == Count::Quality::AtLeast
               ? Text::tr("more than %1 if nothing came in").arg(format::duration(wait))
               : Text::tr("%1 if nothing came in").arg(format::duration(wait));
}

} // namespace

QList<Finding> relaySlow(const Case& patient)
{
    if (!patient.snapshot.outbox)
        return {};
    const OutboxState& outbox = *patient.snapshot.outbox;
    const Mean in = meanOf(patient, Series::CreatedRate);
    const Mean out = meanOf(patient, Series::PublishedRate);
    // Nothing at all going out is a stalled relay, another rule's business.
    if (in.covered < leastCovered || out.covered < leastCovered || out.value <= 0
        || in.value <= out.value * tolerance)
        return {};
    if (!isGrowing(patient))
        return {};
    const double growth = in.value - out.value;
    Finding finding;
    finding.id = u"relay_slow"_s;
    finding.severity = Severity::Warning;
    finding.title = Text::tr("Relay slower than inflow: %1 rows/s in, %2 rows/s out")
                        .arg(format::rate(in.value), format::rate(out.value));
    finding.evidence = Text::tr("Means of the last %1. %2 rows are waiting, the oldest for %3; the "
                                "backlog grows by %4 rows/s. Time to drain: never; %5.")
                           .arg(format::duration(window), format::count(outbox.unpublished))
                           .arg(format::duration(outbox.oldestAge), format::rate(growth))
                           .arg(withoutInflow(outbox, out.value));
    finding.explanation =
        Text::tr("The relay works, but publishes less than the service writes. Relays that send "
                 "one row at a time, or search the table without an index for its unpublished "
                 "rows, end here. Relay larger batches; a batch from here takes the backlog away "
                 "meanwhile.");
    finding.remedy = {RemedyKind::RelayBatch, Text::tr("Relay a batch…"), {}, {}};
    return {finding};
}

} // namespace outboard::doctor
