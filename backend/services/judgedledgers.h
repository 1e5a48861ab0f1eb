// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "core/strongid.h"

#include <functional>
#include <utility>

namespace outboard {

class Ledger;

/// The ledger that records a group's events; null when none does.
using LedgerOf = std::function<Result<Ledger*>(const GroupName&)>;

/// The ledgers that a plan is judged by, and that a run watches.
class JudgedLedgers
{
public:
    /// `own` guards the handler's events and may be null. `others`: the handler reaches every group
    /// that consumes a topic, so each is asked about by its own ledger.
    explicit JudgedLedgers(Ledger* own, LedgerOf others = {})
        : m_own(own)
        , m_others(std::move(others))
    {}

    bool reachesAllGroups() const { return bool(m_others); }

    Ledger* own() const { return m_own; }

    /// Null when none records the group.
    Result<Ledger*> of(const GroupName& group) const
    {
        return group.isEmpty() || !m_others ? Result<Ledger*>(m_own) : m_others(group);
    }

private:
    Ledger* m_own;
    LedgerOf m_others;
};

} // namespace outboard
