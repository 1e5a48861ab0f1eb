// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/doctor.h"

#include "services/doctor/rules.h"
#include "text/format.h"

#include <algorithm>
#include <array>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

using Rule = QList<Finding> (*)(const doctor::Case&);

// Among findings of one severity this is the order of the list.
constexpr std::array<Rule, 8> rules = {
    doctor::sourceUnreachable,
    doctor::relayStalled,
    doctor::groupUnread,
    doctor::poisonEntries,
    doctor::consumerStuck,
    doctor::relaySlow,
    doctor::topicProblem,
    doctor::missingIndex,
};

} // namespace

QString doctor::groupText(const BrokerTopicState& topic, const GroupState& group)
{
    return format::oneLine(topic.name.bytes()) + u" / "_s + format::oneLine(group.name.bytes());
}

QString doctor::groupId(const QString& rule, const BrokerTopicState& topic, const GroupState& group)
{
    return rule + u':' + topic.name.text() + u':' + group.name.text();
}

QList<Finding> examine(const Snapshot& snapshot, const History& history, const Profile& profile)
{
    QList<Finding> findings;
    for (const Rule rule : rules)
        findings += rule({snapshot, history, profile});
    std::ranges::stable_sort(findings, std::ranges::greater(), &Finding::severity);
    return findings;
}

} // namespace outboard
