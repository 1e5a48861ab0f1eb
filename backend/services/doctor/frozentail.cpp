// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/doctor/rules.h"
#include "text/format.h"

namespace outboard::doctor {

using namespace Qt::StringLiterals;

bool hasFrozenTail(const GroupHealth& group)
{
    if (!group.ends)
        return false;
    const PendingEnds& ends = *group.ends;
    return ends.headTakenAgain * 2 >= ends.headSeen && ends.tailFrozen * 10 >= ends.tailSeen * 9;
}

QList<Finding> frozenTail(const Case& patient)
{
    return eachGroup(
        patient,
        [&](const BrokerTopicState& topic, const GroupState& group) -> std::optional<Finding> {
            const GroupHealth* health = healthOf(patient, topic, group);
            if (!health || !hasFrozenTail(*health))
                return std::nullopt;
            const PendingEnds& ends = *health->ends;
            Finding finding;
            finding.id = groupId(u"frozen_tail"_s, topic, group);
            finding.severity = Severity::Warning;
            finding.title =
                Text::tr("The end of the pending list of %1 is never reached: %2 entries stuck")
                    .arg(groupText(topic, group), format::count(group.stuck));
            finding.evidence =
                Text::tr("Of its first %1 entries %2 were delivered again lately; of %3 at its end "
                         "%4 were delivered once, up to %5 ago. %6 are pending.")
                    .arg(format::number(ends.headSeen), format::number(ends.headTakenAgain))
                    .arg(format::number(ends.tailSeen), format::number(ends.tailFrozen))
                    .arg(format::duration(ends.tailIdle), format::count(group.pending));
            finding.explanation =
                Text::tr("A consumer takes over pending entries, but begins at the list's head "
                         "each time, and the entries there fail again: it never comes to those "
                         "behind them. XAUTOCLAIM has to go on at the cursor that it returned. "
                         "Claim the stuck entries from here; then mend, or move away, those that "
                         "fail at the head.");
            finding.remedy = {
                RemedyKind::Claim,
                Text::tr("Claim %1 entries…").arg(format::count(group.stuck)),
                topic.name,
                group.name,
                {}};
            return finding;
        });
}

} // namespace outboard::doctor
