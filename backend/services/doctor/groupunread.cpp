// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/doctor/rules.h"
#include "text/format.h"

#include <algorithm>
#include <cmath>

namespace outboard::doctor {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr Milliseconds window = 5min;
// A group of a new stream gets its consumers a moment later.
constexpr Milliseconds leastCovered = 10s;

struct LagTrend
{
    double growth = 0;
    Microseconds covered{0};
};

/// How the lag changed over the known samples of the window.
LagTrend trendOf(const Case& patient, const QString& object)
{
    const TimePoint now = patient.snapshot.finishedAt;
    const auto samples = patient.history.samples(Series::GroupLag, now - window, object);
    const auto first =
        std::ranges::find_if(samples, [](const Sample& s) { return s.value.has_value(); });
    if (first == samples.end() || !samples.last().value)
        return {};
    return {*samples.last().value - *first->value, now - first->at};
}

/// A consumer whose silence is not known counts as awake.
bool isAwake(const ConsumerState& consumer, Milliseconds threshold)
{
    return !consumer.idle || *consumer.idle <= threshold;
}

QString trendText(const LagTrend& trend)
{
    const QString covered = format::duration(std::chrono::floor<Milliseconds>(trend.covered));
    if (trend.growth == 0)
        return Text::tr("The lag did not shrink for %1.").arg(covered);
    return Text::tr("The lag grew by %1 within %2.")
        .arg(format::number(std::llround(trend.growth)), covered);
}

QString consumersText(const GroupState& group)
{
    if (group.consumers.isEmpty())
        return Text::tr("The group has no consumers.");
    const auto latest = std::ranges::min_element(group.consumers, {}, &ConsumerState::idle);
    return Text::tr("None of its %1 consumers asked lately; the last one was %2, %3 ago.")
        .arg(format::number(group.consumers.size()), format::oneLine(latest->name.bytes()))
        .arg(format::duration(latest->idle));
}

} // namespace

QList<Finding> groupUnread(const Case& patient)
{
    const Milliseconds threshold = patient.profile.thresholds.idle;
    return eachGroup(
        patient,
        [&](const BrokerTopicState& topic, const GroupState& group) -> std::optional<Finding> {
            const auto awake = [&](const ConsumerState& c) { return isAwake(c, threshold); };
            if (!group.lag.isKnown() || group.lag.value == 0
                || std::ranges::any_of(group.consumers, awake))
                return std::nullopt;
            const LagTrend trend = trendOf(patient, History::groupObject(topic.name, group.name));
            // Where nothing new comes in, the lag stands still; that takes longer to be sure of.
            const bool isGrowing = trend.growth > 0 && trend.covered >= leastCovered;
            const bool isStanding = trend.growth == 0 && trend.covered >= threshold;
            if (!isGrowing && !isStanding)
                return std::nullopt;
            Finding finding;
            finding.id = groupId(u"group_unread"_s, topic, group);
            finding.severity = isGrowing ? Severity::Critical : Severity::Warning;
            finding.title = Text::tr("Nobody reads %1: lag %2")
                                .arg(groupText(topic, group), format::count(group.lag));
            finding.evidence = consumersText(group) + u' ' + trendText(trend);
            finding.explanation =
                Text::tr("Entries wait in the stream and no consumer asks for them: the service is "
                         "down, or reads another stream or under another group. Start it. If "
                         "nobody needs this group any more, it can be destroyed.");
            finding.remedy = {
                RemedyKind::ShowStreams, Text::tr("Show the group"), topic.name, group.name};
            return finding;
        });
}

} // namespace outboard::doctor
