// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/finding.h"
#include "model/snapshot.h"
#include "services/history.h"
#include "settings/profile.h"

#include <QCoreApplication>
#include <QList>

/// The doctor's rules, one file each. A rule looks only at the case it is given and answers one
/// finding per object that is ill; what is unknown is no illness.
namespace outboard::doctor {

struct Case
{
    const Snapshot& snapshot;
    const History& history;
    const Profile& profile;
};

/// Translation context of all findings.
struct Text
{
    Q_DECLARE_TR_FUNCTIONS(Doctor)
};

QList<Finding> sourceUnreachable(const Case& patient);
QList<Finding> relayStalled(const Case& patient);
QList<Finding> relaySlow(const Case& patient);
QList<Finding> groupUnread(const Case& patient);
QList<Finding> poisonEntries(const Case& patient);
QList<Finding> consumerStuck(const Case& patient);
QList<Finding> topicProblem(const Case& patient);
QList<Finding> missingIndex(const Case& patient);

/// "stream / group", safe to show.
QString groupText(const BrokerTopicState& topic, const GroupState& group);

/// "rule:stream:group"
QString groupId(const QString& rule, const BrokerTopicState& topic, const GroupState& group);

/// Calls `examineOne(topic, group)` for every group of the round and gathers its findings; none
/// when the broker did not answer.
template<class Fn>
QList<Finding> eachGroup(const Case& patient, Fn examineOne)
{
    QList<Finding> findings;
    if (!patient.snapshot.broker)
        return findings;
    for (const BrokerTopicState& topic : patient.snapshot.broker->topics) {
        for (const GroupState& group : topic.groups) {
            if (const std::optional<Finding> finding = examineOne(topic, group))
                findings.append(*finding);
        }
    }
    return findings;
}

} // namespace outboard::doctor
