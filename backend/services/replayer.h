// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "core/time.h"
#include "model/plan.h"
#include "services/judgedledgers.h"
#include "services/pausegate.h"
#include "services/relay.h"

#include <QList>

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>

namespace outboard {

class Broker;
class Handler;
class Ledger;
class ReplayWorkers;

struct ReplayOptions
{
    QList<qint64> canary{1, 5, 20, 100}; ///< Sizes of the first steps; then the rest.
    std::optional<double> eventsPerSecond;
    std::optional<qint64> stopAfterFailures;  ///< Stop rule by count.
    std::optional<double> stopAtFailureShare; ///< Stop rule by share (0…1) of those tried.
    bool includeUnknown = false;              ///< The explicit yes for verdict Unknown.
    bool repeatInDoubt = false; ///< On resume: the explicit yes for what may have run already.
    Milliseconds verdictTimeout{10'000}; ///< How long to watch the ledgers after a republish.
    qint64 batch = 500;                  ///< Events per transaction for transactional handlers.
    /// How many events, or batches of a transactional handler, are applied at the same time.
    /// Events of one key stay one after another, in the plan's order.
    qint64 concurrency = 1;
    /// Where the operator can hold the run; null: nowhere. Not stored with the run.
    std::shared_ptr<PauseGate> gate = {};
};

/// What a run writes down before and after each event, so that a crash loses and repeats nothing.
class RunLog
{
public:
    virtual ~RunLog() = default;

    /// Before the first event; with the frozen plan and the options.
    virtual Result<void> begin(
        const QString& runId, const Plan& plan, const ReplayOptions& options) = 0;

    /// Written and synced before the handler is called for these items (indices into Plan::items).
    virtual Result<void> intend(const QString& runId, std::span<const qsizetype> items) = 0;

    /// Written after; replaces the intent.
    virtual Result<void> record(const QString& runId, std::span<const Outcome> outcomes) = 0;

    virtual Result<void> finish(const RunReport& report) = 0;
};

/// Applies a plan's events through a handler, under the ledger guard.
class Replayer
{
public:
    /// Waits, shorter when stopped; passed in so that tests need not wait.
    using SleepFn = std::function<void(Milliseconds duration, const std::stop_token& stop)>;

    /// `ledger` may be null only for Guard::Consumers; `runs` may be null (nothing can then be
    /// resumed). Without `sleep` the thread really sleeps. `workers` apply the events, each with a
    /// handler and connections of its own; null: this thread does, with those given here, one
    /// chunk after another whatever ReplayOptions::concurrency says.
    Replayer(
        Handler& handler,
        Ledger* ledger,
        Broker& broker,
        RunLog* runs,
        Clock clock,
        SleepFn sleep = {},
        ReplayWorkers* workers = nullptr);

    /// What is sent reaches every group of its topic: besides the ledger of the run's own group
    /// those of the others are watched for it, as the plan names them.
    void watchLedgers(LedgerOf ledgerOf) { m_ledgerOf = std::move(ledgerOf); }

    /// Called after every step of the canary ladder with the outcomes so far; false stops the run.
    using StepFn = std::function<bool(const RunReport& soFar)>;

    /// Runs every item whose verdict is Run (and Unknown, with the explicit yes). The ledger is
    /// asked again under the transaction, so two operators, or an operator and a consumer, cannot
    /// both apply. Entries with an origin are claimed first with the profile's idle threshold and
    /// acknowledged after success.
    ///
    /// `done` holds the outcomes of earlier attempts of this run, as RunStore::load() gives them.
    /// Those are not repeated, with two exceptions: NotRun ones run now, and InDoubt ones run again
    /// where the ledger decides (Guard::Ledger and transactional) or with options.repeatInDoubt.
    /// Whatever the handler, one that the ledger holds by now is no longer in doubt: it is skipped.
    ///
    /// Events of one key keep the plan's order: after one that failed or is in doubt the later ones
    /// are NotRun, with the reason, until the ledger holds it.
    ///
    /// Without `step` a failure inside the canary ladder stops the run.
    RunReport run(
        const QString& runId,
        const Plan& plan,
        const ReplayOptions& options,
        Milliseconds idleThreshold,
        const QList<Outcome>& done,
        const StepFn& step,
        const ProgressFn& progress,
        const std::stop_token& stop);

private:
    Handler& m_handler;
    Ledger* m_ledger;
    Broker& m_broker;
    RunLog* m_runs;
    Clock m_clock;
    SleepFn m_sleep;
    ReplayWorkers* m_workers;
    LedgerOf m_ledgerOf;
};

} // namespace outboard
