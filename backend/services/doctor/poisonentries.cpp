// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/doctor/rules.h"
#include "text/format.h"

namespace outboard::doctor {

using namespace Qt::StringLiterals;

namespace {

QString evidence(const GroupState& group, qint64 threshold)
{
    const QString limit = format::number(threshold);
    if (!group.maxDeliveries)
        return Text::tr("Delivered at least %1 times and still pending.").arg(limit);
    return Text::tr("Delivered up to %1 times and still pending (threshold %2).")
        .arg(format::number(*group.maxDeliveries), limit);
}

} // namespace

QList<Finding> poisonEntries(const Case& patient)
{
    return eachGroup(
        patient,
        [&](const BrokerTopicState& topic, const GroupState& group) -> std::optional<Finding> {
            if (!group.poison.isKnown() || group.poison.value == 0)
                return std::nullopt;
            Finding finding;
            finding.id = groupId(u"poison"_s, topic, group);
            finding.severity = Severity::Warning;
            finding.title = Text::tr("%1 poison entries in %2")
                                .arg(format::count(group.poison), groupText(topic, group));
            finding.evidence = evidence(group, patient.profile.thresholds.maxDeliveries);
            finding.explanation =
                Text::tr("Their consumer fails on them every time: mend it, then replay them. What "
                         "can never be handled belongs to the dead letters, with a reason.");
            finding.remedy = {
                RemedyKind::Replay,
                Text::tr("Replay %1 entries…").arg(format::count(group.poison)),
                topic.name,
                group.name};
            return finding;
        });
}

} // namespace outboard::doctor
