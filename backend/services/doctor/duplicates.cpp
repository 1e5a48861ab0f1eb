// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/doctor/rules.h"
#include "text/format.h"

#include <QHash>
#include <QSet>

#include <algorithm>

namespace outboard::doctor {

using namespace Qt::StringLiterals;

namespace {

/// Events with several entries among those that were sampled.
qsizetype severalTimes(const GroupHealth& group)
{
    QHash<EventId, qsizetype> entries;
    for (const SampledEntry& entry : group.acknowledged)
        ++entries[entry.event];
    return std::ranges::count_if(entries, [](qsizetype count) { return count > 1; });
}

} // namespace

QList<Finding> duplicates(const Case& patient)
{
    const auto& health = patient.snapshot.health.broker;
    QList<Finding> findings;
    QSet<BrokerTopic> told;
    for (const GroupHealth& group : health ? health->groups : QList<GroupHealth>()) {
        const qsizetype events = severalTimes(group);
        if (events == 0 || told.contains(group.topic))
            continue;
        told.insert(group.topic);
        Finding finding;
        finding.id = u"duplicates:"_s + group.topic.text();
        finding.severity = Severity::Notice;
        finding.title = Text::tr("%1 holds events more than once")
                            .arg(format::oneLine(group.topic.bytes(), 60));
        finding.evidence =
            Text::tr("%1 events have several of the last %2 entries that were handled.")
                .arg(format::number(events), format::number(group.acknowledged.size()));
        finding.explanation =
            Text::tr("A relay appended rows and died, or was refused, before it marked them, and "
                     "they were appended again. Publishing at least once allows that; consumers "
                     "with a ledger handle each event once all the same. When it goes on, look at "
                     "the relay's log.");
        finding.remedy = {
            RemedyKind::ShowStreams, Text::tr("Show the stream"), group.topic, group.group, {}};
        findings.append(finding);
    }
    return findings;
}

} // namespace outboard::doctor
