// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/doctor/rules.h"
#include "text/format.h"

#include <algorithm>

namespace outboard::doctor {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype mostNamed = 3;

} // namespace

QList<Finding> orphans(const Case& patient)
{
    return eachGroup(
        patient,
        [&](const BrokerTopicState& topic, const GroupState& group) -> std::optional<Finding> {
            const GroupHealth* health = healthOf(patient, topic, group);
            if (!health || !health->orphans.isKnown() || health->orphans.value == 0)
                return std::nullopt;
            QStringList ids;
            for (const EntryId& id :
                 health->orphanIds.first(std::min(health->orphanIds.size(), mostNamed)))
                ids << id.text();
            Finding finding;
            finding.id = groupId(u"orphans"_s, topic, group);
            finding.severity = Severity::Warning;
            finding.title = Text::tr("%1 pending entries of %2 are gone from the stream")
                                .arg(format::count(health->orphans), groupText(topic, group));
            finding.evidence =
                Text::tr("Pending for longer than %1, and the stream does not have them: %2.")
                    .arg(format::duration(patient.profile.thresholds.idle), ids.join(u", "_s));
            finding.explanation =
                Text::tr("The stream was trimmed, or entries were deleted, before the consumer had "
                         "acknowledged them: their payload is lost in the broker, and no claim "
                         "brings it back. Find their events and replay them from the outbox; then "
                         "acknowledge the entries, so that they do not stay pending.");
            finding.remedy = {
                RemedyKind::Reconcile, Text::tr("Find lost events…"), topic.name, group.name, {}};
            return finding;
        });
}

} // namespace outboard::doctor
