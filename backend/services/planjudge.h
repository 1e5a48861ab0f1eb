// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "model/pending.h"
#include "model/plan.h"
#include "services/judgedledgers.h"

#include <QHash>

#include <map>
#include <stop_token>
#include <utility>
#include <vector>

namespace outboard {

class Broker;

/// Gives every item of a plan its verdict and the reason, from what ledger and broker say now.
class PlanJudge
{
public:
    /// Without a ledger every event that could run is Unknown.
    PlanJudge(Broker& broker, JudgedLedgers ledgers, Milliseconds idleThreshold);

    /// Changes only verdicts and what they rest on.
    Result<void> judge(Plan& plan, const std::stop_token& stop);

private:
    using List = std::pair<BrokerTopic, GroupName>;

    /// What the ledger of one group says of the plan's events.
    struct Answers
    {
        Ledger* ledger = nullptr; ///< Null: none records the group.
        QHash<qsizetype, LedgerMark> marks;
        QHash<EventId, TimePoint> times;
    };

    Result<void> findConsumers(const Plan& plan);
    Result<void> lookUpOrigins(const Plan& plan, const std::stop_token& stop);
    Result<void> lookUpInFlight(const Plan& plan, const std::stop_token& stop);
    Result<void> askLedgers(const Plan& plan, const std::stop_token& stop);
    Result<Answers> askLedger(
        const Plan& plan, const GroupName& group, const QList<qsizetype>& items);

    /// Whose ledgers count for an event: one group, or all that consume its topic.
    QList<GroupName> groupsFor(const Plan& plan, const Event& event) const;
    void decide(const Plan& plan, PlanItem& item, qsizetype index) const;
    GroupVerdict decideFor(
        const Plan& plan, const Event& event, qsizetype index, const GroupName& group) const;
    std::optional<HeldEntry> heldEntry(const Event& event, const GroupName& group) const;
    /// Why the event must be left to its consumer; empty when it need not.
    QString inFlightReason(
        const Plan& plan, const Event& event, const std::optional<HeldEntry>& held) const;

    Broker& m_broker;
    JudgedLedgers m_ledgers;
    Milliseconds m_idleThreshold;
    std::map<BrokerTopic, QList<GroupName>> m_consumers; ///< Only where all groups are judged.
    std::map<List, QHash<EntryId, PendingEntry>> m_origins;
    std::map<List, QHash<EventId, PendingEntry>> m_inFlight;
    std::map<GroupName, Answers> m_answers;
};

/// Whose ledger counts for an event: the plan's group, or the group of its pending entry.
GroupName groupOf(const Plan& plan, const Event& event);

} // namespace outboard
