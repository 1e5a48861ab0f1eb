// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/doctor/rules.h"
#include "text/format.h"

namespace outboard::doctor {

using namespace Qt::StringLiterals;

namespace {

/// Unread entries so near the end that is cut off are lost soon.
constexpr double nearTheEnd = 0.8;

/// How many entries were cut off before the group read them; absent when none were, or the server
/// does not tell.
std::optional<qint64> lostOf(
    const BrokerTopicState& topic,
    const GroupState& group,
    const StreamHealth& stream,
    const GroupHealth* health)
{
    const bool isBehind =
        topic.firstId && group.lastDelivered && group.lastDelivered->next() < *topic.firstId;
    if (!isBehind || !health || !health->entriesRead || !stream.entriesAdded)
        return std::nullopt;
    const qint64 lost = *stream.entriesAdded - *health->entriesRead - topic.length.value;
    return lost > 0 ? std::optional(lost) : std::nullopt;
}

QString evidence(const BrokerTopicState& topic, const GroupState& group, const StreamHealth& stream)
{
    return Text::tr("%1 entries were cut off the beginning of the stream while Outboard looked on. "
                    "The group has not read %2 of the %3 that are left.")
        .arg(format::number(stream.trimmed), format::count(group.lag))
        .arg(format::count(topic.length));
}

} // namespace

QList<Finding> trimmedUnread(const Case& patient)
{
    return eachGroup(
        patient,
        [&](const BrokerTopicState& topic, const GroupState& group)
            -> std::
                optional<Finding> {
                    const StreamHealth* stream = healthOf(patient, topic);
                    if (!stream || !stream->trimmedAt || !topic.length.isExact()
                        || !group.lag.isExact() || topic.length.value == 0)
                        return std::nullopt;
                    const auto unread = double(group.lag.value) / double(topic.length.value);
                    if (unread < nearTheEnd)
                        return std::nullopt;
                    const auto lost =
                        lostOf(topic, group, *stream, healthOf(patient, topic, group));
                    Finding finding;
                    finding.id = groupId(u"trimmed_unread"_s, topic, group);
                    finding.severity = Severity::Critical;
                    finding.title = lost ? Text::tr("%1 entries were cut off before %2 read them")
                                               .arg(format::number(*lost), groupText(topic, group))
                                         : Text::tr("%1 is about to lose unread entries")
                                               .arg(groupText(topic, group));
                    finding.evidence = evidence(topic, group, *stream);
                    finding.explanation = Text::tr(
                        "The stream has a longest length (XADD MAXLEN or XTRIM), and the group is "
                        "so far behind that entries are cut off before it reads them: their "
                        "events are lost for it. Raise the limit or stop trimming, make the "
                        "consumers catch up, and replay what was lost from the outbox.");
                    finding.remedy =
                lost ? Remedy{RemedyKind::Reconcile, Text::tr("Find lost events…"), topic.name, group.name, {}}
                     : Remedy{RemedyKind::ShowStreams, Text::tr("Show the group"), topic.name, group.name, {}};
                    return finding;
                });
}

} // namespace outboard::doctor
