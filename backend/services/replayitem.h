// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/plan.h"

#include <vector>

namespace outboard {

/// One event of the chunk that is being replayed, with what became of it so far.
struct ReplayItem
{
    qsizetype index = 0; ///< Into Plan::items.
    Event event;
    GroupName group;               ///< Whose ledger guards it.
    QList<GroupName> watched = {}; ///< Once it was sent: those whose ledgers have to confirm it.
    QStringList confirmedBy = {};  ///< Ledgers that have.
    bool wasBegun = false; ///< By an earlier attempt, which may still own its pending entry.

    bool isSettled = false; ///< Nothing more is to be done with it in this run.
    OutcomeKind kind = OutcomeKind::NotRun;
    QString reason;
    bool isToBeAcknowledged = false; ///< The effect is done, so its pending entry has to go.
    bool isGone = false;             ///< Its entry is no longer in the stream.
    bool isCounted = false;          ///< By the stop rule.

    void settle(OutcomeKind newKind, const QString& newReason)
    {
        isSettled = true;
        kind = newKind;
        reason = newReason;
    }

    void settleDone(OutcomeKind newKind, const QString& newReason)
    {
        settle(newKind, newReason);
        isToBeAcknowledged = event.origin.has_value();
    }

    Outcome outcome() const { return {index, event.id, kind, reason}; }
};

using ReplayChunk = std::vector<ReplayItem>;

/// Sentences that several stages of a run use.
namespace replayReasons {

QString alreadyProcessed(const QString& ledger);
QString notRunBecause(const Error& error);

} // namespace replayReasons
} // namespace outboard
