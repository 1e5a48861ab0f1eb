// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/doctor/rules.h"
#include "text/format.h"

#include <algorithm>
#include <cmath>

namespace outboard::doctor {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr qsizetype leastSampled = 5;
constexpr Milliseconds window = 5min;

/// How the pending list changed over the window, as far as it is known.
QString trendText(const Case& patient, const BrokerTopicState& topic, const GroupState& group)
{
    const TimePoint now = patient.snapshot.finishedAt;
    const auto samples = patient.history.samples(
        Series::GroupPending, now - window, History::groupObject(topic.name, group.name));
    const auto first =
        std::ranges::find_if(samples, [](const Sample& s) { return s.value.has_value(); });
    if (first == samples.end() || !samples.last().value)
        return {};
    const auto growth = std::llround(*samples.last().value - *first->value);
    return growth > 0 ? u' '
                            + Text::tr("The list grew by %1 within %2.")
                                  .arg(format::number(growth), elapsed(now - first->at))
                      : QString();
}

QString evidence(
    const Case& patient,
    const BrokerTopicState& topic,
    const GroupState& group,
    const GroupHealth& health)
{
    return Text::tr("The ledger has had %1 of the %2 oldest pending entries for a while. %3 are "
                    "pending, the oldest for %4.")
               .arg(format::number(unacknowledged(patient, health)))
               .arg(format::number(health.held.size()), format::count(group.pending))
               .arg(format::duration(group.oldestIdle))
           + trendText(patient, topic, group);
}

} // namespace

qsizetype unacknowledged(const Case& patient, const GroupHealth& group)
{
    if (group.held.size() < leastSampled)
        return 0;
    for (const auto& ledger : patient.snapshot.health.ledgers) {
        for (const LedgerSample& sample : ledger ? ledger->samples : QList<LedgerSample>()) {
            if (sample.topic != group.topic || sample.group != group.group)
                continue;
            const auto count = std::ranges::count_if(group.held, [&](const SampledEntry& entry) {
                return sample.heldProcessed.contains(entry.id);
            });
            return count * 5 >= group.held.size() * 4 ? count : 0;
        }
    }
    return 0;
}

QList<Finding> missingAcks(const Case& patient)
{
    return eachGroup(
        patient,
        [&](const BrokerTopicState& topic, const GroupState& group) -> std::optional<Finding> {
            const GroupHealth* health = healthOf(patient, topic, group);
            if (!health || unacknowledged(patient, *health) == 0)
                return std::nullopt;
            Finding finding;
            finding.id = groupId(u"missing_acks"_s, topic, group);
            finding.severity = Severity::Warning;
            finding.title = Text::tr("%1 handles entries without acknowledging them")
                                .arg(groupText(topic, group));
            finding.evidence = evidence(patient, topic, group, *health);
            finding.explanation =
                Text::tr("The events are done, but their entries stay pending: the consumer "
                         "forgets XACK, or acknowledges in another group or stream. Nothing is "
                         "lost, but the list grows without end, hides what is really stuck, and "
                         "whoever takes entries over handles them again. Mend the consumer; what "
                         "the ledger has can be acknowledged from here.");
            finding.remedy = {
                RemedyKind::Acknowledge,
                Text::tr("Acknowledge what is done…"),
                topic.name,
                group.name,
                {}};
            return finding;
        });
}

} // namespace outboard::doctor
