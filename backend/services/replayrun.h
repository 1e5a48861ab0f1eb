// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "services/guardedapply.h"
#include "services/originclaims.h"
#include "services/replayer.h"
#include "services/replayitem.h"
#include "services/replayladder.h"
#include "services/replaypacer.h"
#include "services/sendapply.h"
#include "services/stoprule.h"
#include "services/verdictwatch.h"

#include <deque>
#include <optional>

namespace outboard {

/// What a run works with; all but the run log and the ledger are never null.
struct ReplayParts
{
    Handler& handler;
    Ledger* ledger;
    Broker& broker;
    RunLog* runs;
    Clock clock;
    Replayer::SleepFn sleep;
};

/// One execution of a plan: writes down the intent, claims, applies, acknowledges, writes down the
/// outcome, chunk by chunk.
class ReplayRun
{
public:
    ReplayRun(
        const ReplayParts& parts,
        const QString& runId,
        const Plan& plan,
        const ReplayOptions& options,
        Milliseconds idleThreshold);

    RunReport execute(
        const QList<Outcome>& done,
        const Replayer::StepFn& step,
        const ProgressFn& progress,
        const std::stop_token& stop);

private:
    void prepare(const QList<Outcome>& done);
    bool mayRun(qsizetype index, const std::optional<Outcome>& before);

    ReplayChunk takeChunk();
    void runChunk(ReplayChunk& chunk);
    Result<void> applyChunk(ReplayChunk& chunk);
    void settle(ReplayChunk& chunk);
    void watchSent(const std::stop_token& stop);
    void endStep(const Replayer::StepFn& step, const std::stop_token& stop);

    bool isEnded() const { return m_report.stopped || m_report.error.has_value(); }

    void stopBecause(const QString& reason);
    void failWith(const Result<void>& result);
    RunReport finish(TimePoint startedAt);

    const ReplayParts& m_parts;
    const Plan& m_plan;
    const ReplayOptions& m_options;
    RunReport m_report;
    std::deque<ReplayItem> m_waiting;
    ReplayChunk m_sent; ///< Without a verdict so far.
    std::stop_token m_stop;
    OriginClaims m_claims;
    std::optional<GuardedApply> m_guarded; ///< Absent without a ledger.
    SendApply m_send;
    StopRule m_rule;
    ReplayLadder m_ladder;
    ReplayPacer m_pacer;
    VerdictWatch m_watch;
};

/// Fills in the numbers from the outcomes.
void countOutcomes(RunReport& report);

} // namespace outboard
