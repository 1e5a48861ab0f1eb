// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/doctor/rules.h"
#include "text/format.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace outboard::doctor {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr Milliseconds window = 2min;
constexpr Milliseconds leastCovered = 1min;
constexpr double leastGrowth = 100; // entries from the first quarter of the window to the last
constexpr size_t quarters = 4;

struct Growth
{
    double entries = 0;
    Microseconds covered{0};
};

/// The lowest lag of each quarter of what is covered: a group that catches up every now and then
/// is low in each. Absent unless every quarter is above the one before.
std::optional<Growth> growthOf(const Case& patient, const QString& object)
{
    const TimePoint now = patient.snapshot.finishedAt;
    const auto samples = patient.history.samples(Series::GroupLag, now - window, object);
    if (samples.isEmpty() || now - samples.first().at < leastCovered)
        return std::nullopt;
    const TimePoint from = samples.first().at;
    const Microseconds covered = now - from;
    std::array<std::optional<double>, quarters> lows;
    for (const Sample& sample : samples) {
        if (!sample.value)
            return std::nullopt;
        const auto part = size_t((sample.at - from).count() * qint64(quarters) / covered.count());
        std::optional<double>& low = lows[std::min(part, quarters - 1)];
        low = std::min(low.value_or(*sample.value), *sample.value);
    }
    for (size_t i = 0; i < quarters; ++i) {
        if (!lows[i] || (i > 0 && *lows[i] <= *lows[i - 1]))
            return std::nullopt;
    }
    return Growth{*lows.back() - *lows.front(), covered};
}

bool isAwake(const GroupState& group, Milliseconds threshold)
{
    return std::ranges::any_of(group.consumers, [&](const ConsumerState& consumer) {
        return !consumer.idle || *consumer.idle <= threshold;
    });
}

QString evidence(const GroupState& group, const Growth& growth)
{
    const double perSecond = growth.entries / std::chrono::duration<double>(growth.covered).count();
    return Text::tr("The lag grew by %1 within %2, by %3 entries/s.")
               .arg(format::number(std::llround(growth.entries)), elapsed(growth.covered))
               .arg(format::rate(perSecond))
           + u' '
           + Text::tr("%1 consumers read, %2 entries are pending.")
                 .arg(format::number(group.consumers.size()), format::count(group.pending));
}

} // namespace

QList<Finding> lagGrows(const Case& patient)
{
    const Milliseconds threshold = patient.profile.thresholds.idle;
    return eachGroup(
        patient,
        [&](const BrokerTopicState& topic, const GroupState& group) -> std::optional<Finding> {
            // A group that nobody reads is another rule's business.
            if (!group.lag.isKnown() || group.lag.value == 0 || !isAwake(group, threshold))
                return std::nullopt;
            const auto growth = growthOf(patient, History::groupObject(topic.name, group.name));
            if (!growth || growth->entries < leastGrowth)
                return std::nullopt;
            Finding finding;
            finding.id = groupId(u"lag_grows"_s, topic, group);
            finding.severity = Severity::Warning;
            finding.title = Text::tr("%1 falls behind: lag %2")
                                .arg(groupText(topic, group), format::count(group.lag));
            finding.evidence = evidence(group, *growth);
            finding.explanation =
                Text::tr("The consumers are awake, but handle less than comes in: too few of them, "
                         "or each event takes longer than it did. Look at what they wait for, a "
                         "slow database or a slow service behind it; then add consumers.");
            finding.remedy = {
                RemedyKind::ShowStreams, Text::tr("Show the group"), topic.name, group.name, {}};
            finding.since = patient.snapshot.finishedAt - growth->covered;
            return finding;
        });
}

} // namespace outboard::doctor
