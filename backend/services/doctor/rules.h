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
QList<Finding> headBlocked(const Case& patient);
QList<Finding> poisonRow(const Case& patient);
QList<Finding> relayStalled(const Case& patient);
QList<Finding> relaySlow(const Case& patient);
QList<Finding> openTransaction(const Case& patient);
QList<Finding> otherRelay(const Case& patient);
QList<Finding> missingIndex(const Case& patient);
QList<Finding> tableBloat(const Case& patient);

QList<Finding> groupUnread(const Case& patient);
QList<Finding> lagGrows(const Case& patient);
QList<Finding> trimmedUnread(const Case& patient);
QList<Finding> poisonEntries(const Case& patient);
QList<Finding> consumerStuck(const Case& patient);
QList<Finding> frozenTail(const Case& patient);
QList<Finding> orphans(const Case& patient);
QList<Finding> missingAcks(const Case& patient);
QList<Finding> ghostConsumer(const Case& patient);
QList<Finding> streamGrows(const Case& patient);
QList<Finding> topicProblem(const Case& patient);

QList<Finding> entriesVanished(const Case& patient);
QList<Finding> duplicates(const Case& patient);
QList<Finding> brokerMemory(const Case& patient);
QList<Finding> brokerPersistence(const Case& patient);
QList<Finding> brokerReplicas(const Case& patient);
QList<Finding> ledgerKey(const Case& patient);
QList<Finding> ledgerPruned(const Case& patient);
QList<Finding> ledgerBehind(const Case& patient);
QList<Finding> clocks(const Case& patient);

// What one rule knows and others leave to it.

/// The lock that keeps the relay from the first waiting row for longer than the threshold.
const HeldLock* blockingLock(const Case& patient);
/// Whether one row stops the relay, or stays behind.
bool isPoisonHead(const Case& patient);
bool hasFrozenTail(const GroupHealth& group);
/// Sampled pending entries that the ledger has had for a while.
qsizetype unacknowledged(const Case& patient, const GroupHealth& group);

/// What was sampled; null where nothing was.
const GroupHealth* healthOf(
    const Case& patient, const BrokerTopicState& topic, const GroupState& group);
const StreamHealth* healthOf(const Case& patient, const BrokerTopicState& topic);

/// "session 4711 (shop, billing-worker)", safe to show.
QString sessionText(const DatabaseSession& session);
/// Since when, what it does and what it runs, as far as the role may see it.
QString activityText(const DatabaseSession& session, TimePoint now);

/// A duration as it reads in evidence.
QString elapsed(Microseconds duration);

/// Puts `text` on the clipboard.
Remedy copyRemedy(const QString& label, const QString& text);

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
