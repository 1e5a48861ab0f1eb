// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "core/time.h"
#include "model/event.h"
#include "settings/profile.h"

#include <QList>
#include <QString>

#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace outboard {

class Ledger;

/// A ledger of the profile by its index; never null.
using LedgerAt = std::function<Result<Ledger*>(qsizetype)>;

/// A question to one ledger.
struct LedgerSeat
{
    qsizetype index = 0; ///< Into Profile::ledgers.
    GroupName group;     ///< On whose behalf; empty: no group is known.

    friend bool operator==(const LedgerSeat&, const LedgerSeat&) = default;
};

/// Whom to ask about the events of these groups; without groups, every ledger for all that it
/// records. A ledger that does not tell groups apart is asked once.
QList<LedgerSeat> ledgerSeats(const Profile& profile, const QList<GroupName>& groups);

/// What all ledgers together say of one event.
struct LedgerOpinion
{
    /// Processed when one of them holds it; else Unknown when one cannot tell; else Unprocessed.
    LedgerMark mark = LedgerMark::Unprocessed;
    QString ledger; ///< That holds it or cannot tell; else one that was asked, empty: none was.
    QString reason; ///< Translated; why it cannot tell.

    friend bool operator==(const LedgerOpinion&, const LedgerOpinion&) = default;
};

/// Asks the ledgers that record the events of some groups.
class EventLedgers
{
public:
    EventLedgers(const Profile& profile, LedgerAt ledgerAt);

    /// One opinion per event, in order. A ledger that does not answer cannot tell.
    std::vector<LedgerOpinion> ask(
        const QList<GroupName>& groups,
        std::span<const EventId> ids,
        std::span<const std::optional<TimePoint>> createdAt) const;

private:
    const Profile& m_profile;
    LedgerAt m_ledgerAt;
};

} // namespace outboard
