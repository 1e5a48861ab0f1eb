// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/doctor/rules.h"
#include "text/format.h"

#include <QStringList>

#include <algorithm>
#include <vector>

namespace outboard::doctor {

using namespace Qt::StringLiterals;

namespace {

constexpr size_t mostNamed = 3;

/// Consumers that hold entries, those silent for longer than the threshold first: an entry cannot
/// have been delivered later than its consumer last asked.
std::vector<ConsumerState> holders(const GroupState& group, Milliseconds threshold)
{
    std::vector<ConsumerState> holding;
    const auto holds = [](const ConsumerState& consumer) {
        return consumer.pending.isKnown() && consumer.pending.value > 0;
    };
    std::ranges::copy_if(group.consumers, std::back_inserter(holding), holds);
    std::ranges::stable_sort(holding, std::ranges::greater(), [&](const ConsumerState& consumer) {
        const bool isSilent = consumer.idle && *consumer.idle > threshold;
        return std::pair(isSilent, consumer.pending.value);
    });
    return holding;
}

/// Whether another rule says why they are stuck, and has a better remedy than to claim them.
bool isExplained(const Case& patient, const BrokerTopicState& topic, const GroupState& group)
{
    const GroupHealth* health = healthOf(patient, topic, group);
    if (!health)
        return false;
    const bool areOrphans = health->orphans.isKnown() && health->orphans.value >= group.stuck.value;
    return areOrphans || hasFrozenTail(*health) || unacknowledged(patient, *health) > 0;
}

QString holderText(const ConsumerState& consumer)
{
    return Text::tr("%1 holds %2 and last asked %3 ago")
        .arg(format::oneLine(consumer.name.bytes()), format::count(consumer.pending))
        .arg(format::duration(consumer.idle));
}

QString evidence(
    const GroupState& group, const std::vector<ConsumerState>& holding, Milliseconds threshold)
{
    QStringList named;
    for (size_t i = 0; i < std::min(holding.size(), mostNamed); ++i)
        named.append(holderText(holding[i]));
    if (holding.size() > mostNamed) {
        const auto more = static_cast<qint64>(holding.size() - mostNamed);
        named.append(Text::tr("%1 more consumers hold entries").arg(format::number(more)));
    }
    QString text = Text::tr("Pending without a new delivery for up to %1 (threshold %2).")
                       .arg(format::duration(group.oldestIdle), format::duration(threshold));
    if (!named.isEmpty())
        text += u' ' + named.join(u"; "_s) + u'.';
    return text;
}

} // namespace

QList<Finding> consumerStuck(const Case& patient)
{
    const Milliseconds threshold = patient.profile.thresholds.idle;
    return eachGroup(
        patient,
        [&](const BrokerTopicState& topic, const GroupState& group) -> std::optional<Finding> {
            if (!group.stuck.isKnown() || group.stuck.value == 0
                || isExplained(patient, topic, group))
                return std::nullopt;
            const auto holding = holders(group, threshold);
            Finding finding;
            finding.id = groupId(u"consumer_stuck"_s, topic, group);
            finding.severity = Severity::Warning;
            finding.title = holding.size() == 1
                                ? Text::tr("%1 entries stuck with %2 in %3")
                                      .arg(format::count(group.stuck))
                                      .arg(format::oneLine(holding.front().name.bytes()))
                                      .arg(groupText(topic, group))
                                : Text::tr("%1 entries stuck in %2")
                                      .arg(format::count(group.stuck), groupText(topic, group));
            finding.evidence = evidence(group, holding, threshold);
            finding.explanation =
                Text::tr("Entries that a consumer has read belong to it until it acknowledges "
                         "them. A consumer that died, or hangs, keeps them for ever, unless "
                         "another one claims them. Restart it, or claim them: for another "
                         "consumer, or for a replay from here.");
            finding.remedy = {
                RemedyKind::Claim,
                Text::tr("Claim %1 entries…").arg(format::count(group.stuck)),
                topic.name,
                group.name};
            return finding;
        });
}

} // namespace outboard::doctor
