// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "model/pending.h"
#include "model/plan.h"

#include <QHash>

#include <map>
#include <stop_token>
#include <utility>
#include <vector>

namespace outboard {

class Broker;
class Ledger;

/// Gives every item of a plan its verdict and the reason, from what ledger and broker say now.
class PlanJudge
{
public:
    /// Without a ledger every event that could run is Unknown.
    PlanJudge(Broker& broker, Ledger* ledger, Milliseconds idleThreshold);

    /// Changes only verdicts and reasons.
    Result<void> judge(Plan& plan, const std::stop_token& stop);

private:
    using List = std::pair<BrokerTopic, GroupName>;

    Result<void> lookUpOrigins(const Plan& plan, const std::stop_token& stop);
    Result<void> lookUpInFlight(const Plan& plan, const std::stop_token& stop);
    Result<std::vector<LedgerMark>> askLedger(const Plan& plan);

    void decide(PlanItem& item, const GroupName& group, LedgerMark mark) const;
    /// Why the event must be left to its consumer; empty when it need not.
    QString inFlightReason(const Event& event, const GroupName& group) const;
    QString unknownReason(const GroupName& group) const;

    Broker& m_broker;
    Ledger* m_ledger;
    Milliseconds m_idleThreshold;
    std::map<List, QHash<EntryId, PendingEntry>> m_origins;
    std::map<List, QHash<EventId, PendingEntry>> m_inFlight;
};

/// Whose ledger counts for an event: the plan's group, or the group of its pending entry.
GroupName groupOf(const Plan& plan, const Event& event);

} // namespace outboard
