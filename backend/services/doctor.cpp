// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/doctor.h"

#include "services/doctor/rules.h"

#include <algorithm>
#include <array>

namespace outboard {

namespace {

using Rule = QList<Finding> (*)(const doctor::Case&);

// Among findings of one severity this is the order of the list.
constexpr std::array<Rule, 29> rules = {
    doctor::sourceUnreachable, doctor::entriesVanished, doctor::ledgerPruned,
    doctor::headBlocked,       doctor::poisonRow,       doctor::relayStalled,
    doctor::trimmedUnread,     doctor::brokerMemory,    doctor::brokerPersistence,
    doctor::groupUnread,       doctor::openTransaction, doctor::poisonEntries,
    doctor::frozenTail,        doctor::orphans,         doctor::missingAcks,
    doctor::consumerStuck,     doctor::relaySlow,       doctor::lagGrows,
    doctor::ledgerKey,         doctor::ledgerBehind,    doctor::brokerReplicas,
    doctor::topicProblem,      doctor::clocks,          doctor::tableBloat,
    doctor::missingIndex,      doctor::otherRelay,      doctor::ghostConsumer,
    doctor::streamGrows,       doctor::duplicates,
};

} // namespace

QList<Finding> examine(const Snapshot& snapshot, const History& history, const Profile& profile)
{
    QList<Finding> findings;
    for (const Rule rule : rules)
        findings += rule({snapshot, history, profile});
    std::ranges::stable_sort(findings, std::ranges::greater(), &Finding::severity);
    return findings;
}

} // namespace outboard
