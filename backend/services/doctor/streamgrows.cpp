// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/rediscommands.h"
#include "services/doctor/rules.h"
#include "text/format.h"

#include <algorithm>

namespace outboard::doctor {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 longStream = 100'000;

/// All but what is being worked on right now.
bool isDone(const GroupState& group, qint64 length)
{
    const qint64 few = length / 100;
    return group.lag.isExact() && group.lag.value <= few && group.pending.isExact()
           && group.pending.value <= few && group.lastDelivered;
}

/// XTRIM up to what every group has acknowledged; empty when something is pending, because only the
/// list would tell how far down.
QString trimCommand(const BrokerTopicState& topic)
{
    EntryId done = EntryId::highest();
    for (const GroupState& group : topic.groups) {
        if (group.pending != Count::exact(0))
            return {};
        done = std::min(done, *group.lastDelivered);
    }
    return redisCommandText({"XTRIM", topic.name.bytes(), "MINID", "~", done.bytes()});
}

QString evidence(const Case& patient, const BrokerTopicState& topic)
{
    QString text = Text::tr("%1 entries, none was ever removed, and all %2 groups have "
                            "acknowledged them.")
                       .arg(format::count(topic.length), format::number(topic.groups.size()));
    if (topic.memoryBytes)
        text += u' ' + Text::tr("They take %1.").arg(format::bytes(topic.memoryBytes));
    const TimePoint oldest(Milliseconds(static_cast<qint64>(topic.firstId->first)));
    if (oldest < patient.snapshot.broker->at && oldest.time_since_epoch() > std::chrono::hours(1))
        text +=
            u' '
            + Text::tr("The oldest is %1 old.").arg(elapsed(patient.snapshot.broker->at - oldest));
    return text;
}

} // namespace

QList<Finding> streamGrows(const Case& patient)
{
    QList<Finding> findings;
    if (!patient.snapshot.broker)
        return findings;
    for (const BrokerTopicState& topic : patient.snapshot.broker->topics) {
        const StreamHealth* health = healthOf(patient, topic);
        if (!health || !topic.length.isExact() || topic.length.value < longStream || !topic.firstId)
            continue;
        const bool wasNeverTrimmed =
            health->entriesAdded && *health->entriesAdded <= topic.length.value;
        const auto done = [&](const GroupState& g) { return isDone(g, topic.length.value); };
        if (!wasNeverTrimmed || topic.groups.isEmpty() || !std::ranges::all_of(topic.groups, done))
            continue;
        Finding finding;
        finding.id = u"stream_grows:"_s + topic.name.text();
        finding.severity = Severity::Notice;
        finding.title = Text::tr("%1 grows without end: %2 entries that everybody is done with")
                            .arg(format::oneLine(topic.name.bytes()), format::count(topic.length));
        finding.evidence = evidence(patient, topic);
        finding.explanation =
            Text::tr("XACK does not shorten a stream: without a limit it grows until the memory is "
                     "full. Let the relay add entries with MAXLEN or MINID, far above what a slow "
                     "consumer may be behind; what all groups have acknowledged can be trimmed "
                     "now.");
        const QString command = trimCommand(topic);
        finding.remedy =
            command.isEmpty()
                ? Remedy{RemedyKind::ShowStreams, Text::tr("Show the stream"), topic.name, {}, {}}
                : copyRemedy(Text::tr("Copy XTRIM"), command);
        findings.append(finding);
    }
    return findings;
}

} // namespace outboard::doctor
