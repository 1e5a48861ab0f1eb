// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/replayer.h"

#include "handlers/handler.h"
#include "services/replayrun.h"

#include <QCoreApplication>

#include <algorithm>
#include <thread>

namespace outboard {

namespace {

/// A stop is noticed after this long.
constexpr Milliseconds sleepSlice{20};

void sleepFor(Milliseconds duration, const std::stop_token& stop)
{
    for (Milliseconds left = duration; left > Milliseconds(0) && !stop.stop_requested();
         left -= sleepSlice)
        std::this_thread::sleep_for(std::min(left, sleepSlice));
}

} // namespace

Replayer::Replayer(
    Handler& handler,
    Ledger* ledger,
    Broker& broker,
    RunLog* runs,
    Clock clock,
    SleepFn sleep,
    ReplayWorkers* workers)
    : m_handler(handler)
    , m_ledger(ledger)
    , m_broker(broker)
    , m_runs(runs)
    , m_clock(std::move(clock))
    , m_sleep(sleep ? std::move(sleep) : SleepFn(sleepFor))
    , m_workers(workers)
{
    Q_ASSERT(m_ledger || m_handler.guard() == Handler::Guard::Consumers);
}

RunReport Replayer::run(
    const QString& runId,
    const Plan& plan,
    const ReplayOptions& options,
    Milliseconds idleThreshold,
    const QList<Outcome>& done,
    const StepFn& step,
    const ProgressFn& progress,
    const std::stop_token& stop)
{
    InlineWorker self({m_handler, m_ledger, m_broker});
    const ReplayParts parts{
        m_handler,
        m_ledger,
        m_broker,
        m_runs,
        m_clock,
        m_sleep,
        m_ledgerOf,
        m_workers ? *m_workers : self,
    };
    return ReplayRun(parts, runId, plan, options, idleThreshold)
        .execute(done, step, progress, stop);
}

} // namespace outboard
