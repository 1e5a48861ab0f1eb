// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "services/originclaims.h"
#include "services/replayer.h"
#include "services/replayitem.h"
#include "services/replayladder.h"
#include "services/replaypacer.h"
#include "services/replayqueue.h"
#include "services/replayworkers.h"
#include "services/stoprule.h"
#include "services/verdictwatch.h"

#include <QSet>

#include <optional>
#include <vector>

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
    LedgerOf ledgerOf; ///< May be empty: only `ledger` is watched.
    ReplayWorkers& workers;
};

/// One execution of a plan: writes down the intent, claims, applies, acknowledges, writes down the
/// outcome, chunk by chunk. Only applying is the workers' part; all else happens on this thread.
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
    using Chunks = std::vector<ReplayChunk>;

    Result<void> prepare(const QList<Outcome>& done);
    bool wasSent(const Outcome& outcome) const;
    bool mayRun(qsizetype index, const std::optional<Outcome>& before, bool isProcessed);
    /// Which of those that failed or are in doubt the ledger holds by now.
    Result<QSet<qsizetype>> processedOf(const QList<Outcome>& done) const;

    /// Everybody at work, until nothing is left or the run ends; then until nothing is out.
    void work(const Replayer::StepFn& step);
    bool mayStart() const;
    void waitForGate();
    void waitForPace();

    void start();
    Chunks takeChunks();
    ReplayChunk takeChunk();
    void startChunk(ReplayChunk chunk);
    void skipCopiesOfSent(ReplayChunk& chunk) const;
    void settleHeldBack();

    /// Takes back what is done, and waits for the first.
    void finishSome();
    void record(const Chunks& chunks);
    void settle(const ReplayChunk& chunk);
    void watchSent();
    Result<void> recordWatched();
    void endStep(const Replayer::StepFn& step);

    bool isEnded() const { return m_report.stopped || m_report.error.has_value(); }

    void stopBecause(const QString& reason);
    void failWith(const Result<void>& result);
    RunReport finish(TimePoint startedAt);

    const ReplayParts& m_parts;
    const Plan& m_plan;
    const ReplayOptions& m_options;
    RunReport m_report;
    ReplayQueue m_queue;
    ReplayChunk m_sent; ///< Without a verdict so far.
    QSet<EventId> m_sentIds;
    qsizetype m_out = 0; ///< Chunks that workers have.
    qint64 m_total = 0;
    qint64 m_settled = 0;
    ProgressFn m_progress;
    std::stop_token m_stop;
    OriginClaims m_claims;
    StopRule m_rule;
    ReplayLadder m_ladder;
    bool m_stepIsTaken = false; ///< All events of a step are taken; nothing more until it ended.
    ReplayPacer m_pacer;
    VerdictWatch m_watch;
};

/// Fills in the numbers from the outcomes.
void countOutcomes(RunReport& report);

} // namespace outboard
