// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "model/serverhealth.h"
#include "settings/profile.h"

namespace outboard {

class Ledger;

/// Those groups whose events this ledger (an index into Profile::ledgers) records.
QList<GroupHealth> groupsOfLedger(
    const Profile& profile, qsizetype ledger, const QList<GroupHealth>& groups);

/// Leaves only those held entries that the ledger had at the look before, too: an entry between its
/// handling and its acknowledgement is seen once at most.
LedgerHealth confirmedBy(LedgerHealth now, const std::optional<LedgerHealth>& before);

/// Asks a ledger for the entries that the broker's groups hold and have acknowledged, and again for
/// some that it had `before`. Bounded by the samples: 60 events a group. An error when the ledger
/// does not answer.
Result<LedgerHealth> sampleLedger(
    Ledger& ledger,
    const QList<GroupHealth>& groups,
    const std::optional<LedgerHealth>& before,
    TimePoint now);

} // namespace outboard
