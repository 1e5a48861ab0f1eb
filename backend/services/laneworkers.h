// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/lane.h"
#include "core/time.h"
#include "services/backends.h"
#include "services/replayworkers.h"

#include <QFuture>
#include <QPromise>

#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

namespace outboard {

/// What a worker's lane holds: its own connections and handler.
struct ReplayWorker
{
    std::unique_ptr<Broker> broker; ///< Before the handler, which may refer to it.
    std::unique_ptr<Ledger> ledger; ///< May be null only for Guard::Consumers.
    std::unique_ptr<Handler> handler;

    ReplayWorker();
    ~ReplayWorker();
    Q_DISABLE_COPY_MOVE(ReplayWorker)

    bool isUsable() const;
};

/// Workers that are lanes: each connects when it gets its first chunk.
class LaneWorkers final : public ReplayWorkers
{
public:
    /// `open` runs on the lanes' threads.
    LaneWorkers(qsizetype count, const Lane<ReplayWorker>::Open& open);
    ~LaneWorkers() override;

    qsizetype count() const override { return qsizetype(m_lanes.size()); }

    void start(ReplayChunk chunk, const Work& work) override;
    bool hasFinished() const override;
    AppliedChunk finish() override;

private:
    /// What a lane leaves behind for the run's thread.
    struct Finished
    {
        std::size_t lane;
        std::shared_ptr<ReplayChunk> chunk;
        Result<void> done;
    };

    std::vector<std::unique_ptr<Lane<ReplayWorker>>> m_lanes;
    std::vector<std::size_t> m_idle;
    /// Chunks as they get done, whichever lane did them: a promise may be given results by several
    /// threads, and its future waits for the next.
    std::shared_ptr<QPromise<Finished>> m_finished;
    QFuture<Finished> m_results;
    int m_taken = 0;
};

/// What the workers of a run are opened from.
struct ReplayWorkerSource
{
    BackendsPtr backends;
    HandlerSettings handler;
    std::optional<qsizetype> ledger; ///< Index into the profile's ledgers.
    Clock clock;
    std::stop_token stop; ///< The run's; handlers that wait look at it.
};

/// `concurrency` workers on the profile's servers; null for one, which the run's own thread is.
std::unique_ptr<ReplayWorkers> makeReplayWorkers(qint64 concurrency, ReplayWorkerSource source);

} // namespace outboard
