// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/doctor/rules.h"
#include "text/format.h"

#include <algorithm>

namespace outboard::doctor {

using namespace Qt::StringLiterals;

namespace {

/// A day, by the default threshold of a minute.
constexpr qint64 thresholdsLong = 1'440;
constexpr qsizetype mostNamed = 3;

QList<ConsumerState> ghosts(const GroupState& group, Milliseconds threshold)
{
    QList<ConsumerState> silent;
    for (const ConsumerState& consumer : group.consumers) {
        if (consumer.pending == Count::exact(0) && consumer.idle
            && *consumer.idle >= thresholdsLong * threshold)
            silent.append(consumer);
    }
    std::ranges::stable_sort(silent, std::ranges::greater(), &ConsumerState::idle);
    return silent;
}

} // namespace

QList<Finding> ghostConsumer(const Case& patient)
{
    const Milliseconds threshold = patient.profile.thresholds.idle;
    return eachGroup(
        patient,
        [&](const BrokerTopicState& topic, const GroupState& group) -> std::optional<Finding> {
            const QList<ConsumerState> silent = ghosts(group, threshold);
            // Where all are silent, the group is, and that is another matter.
            if (silent.isEmpty() || silent.size() == group.consumers.size())
                return std::nullopt;
            QStringList names;
            for (const ConsumerState& consumer : silent.first(std::min(silent.size(), mostNamed)))
                names << Text::tr("%1 last asked %2 ago")
                             .arg(format::oneLine(consumer.name.bytes(), 60))
                             .arg(format::duration(consumer.idle));
            if (silent.size() > mostNamed)
                names << Text::tr("%1 more").arg(format::number(silent.size() - mostNamed));
            Finding finding;
            finding.id = groupId(u"ghost_consumer"_s, topic, group);
            finding.severity = Severity::Notice;
            finding.title = Text::tr("%1 ghost consumers in %2")
                                .arg(format::number(silent.size()), groupText(topic, group));
            finding.evidence = Text::tr("They hold nothing: %1.").arg(names.join(u"; "_s));
            finding.explanation =
                Text::tr("Each start of a consumer under a new name leaves its old name behind. "
                         "They do no harm, but make the list long and hide a consumer that is "
                         "really missing. Give consumers names that stay; remove those that hold "
                         "nothing with XGROUP DELCONSUMER, never one that holds entries: they "
                         "would be gone.");
            finding.remedy = {
                RemedyKind::ShowStreams, Text::tr("Show the group"), topic.name, group.name, {}};
            return finding;
        });
}

} // namespace outboard::doctor
