// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/laneworkers.h"

#include "brokers/broker.h"
#include "handlers/handlerkinds.h"
#include "ledger/ledger.h"

#include <algorithm>
#include <utility>

namespace outboard {

namespace {

/// A profile cannot ask for more threads and connections than a desktop and a database bear.
constexpr qint64 mostWorkers = 64;

Result<std::unique_ptr<ReplayWorker>> openWorker(
    const ReplayWorkerSource& source, const std::stop_token& closing)
{
    auto worker = std::make_unique<ReplayWorker>();
    auto broker = source.backends->openBroker(Access::Operate, closing);
    if (!broker)
        return broker.error();
    worker->broker = std::move(*broker);
    if (source.ledger) {
        auto ledger = source.backends->openLedger(*source.ledger, Access::Operate, closing);
        if (!ledger)
            return ledger.error();
        worker->ledger = std::move(*ledger);
    }
    auto handler = makeHandler(source.handler, {*worker->broker, source.clock, source.stop});
    if (!handler)
        return handler.error();
    worker->handler = std::move(*handler);
    return worker;
}

} // namespace

ReplayWorker::ReplayWorker() = default;

ReplayWorker::~ReplayWorker() = default;

bool ReplayWorker::isUsable() const
{
    return broker->isUsable() && (!ledger || ledger->isUsable());
}

LaneWorkers::LaneWorkers(qsizetype count, const Lane<ReplayWorker>::Open& open)
    : m_finished(std::make_shared<QPromise<Finished>>())
{
    Q_ASSERT(count > 0);
    m_finished->start();
    m_results = m_finished->future();
    for (qsizetype i = 0; i < count; ++i) {
        m_idle.push_back(m_lanes.size());
        m_lanes.push_back(
            std::make_unique<Lane<ReplayWorker>>(QStringLiteral("replay %1").arg(i + 1), open));
    }
}

LaneWorkers::~LaneWorkers()
{
    for (const auto& lane : m_lanes)
        lane->close();
}

void LaneWorkers::start(ReplayChunk chunk, const Work& work)
{
    Q_ASSERT(!m_idle.empty());
    const std::size_t lane = m_idle.back();
    m_idle.pop_back();
    // Owned by both sides, so that it comes back even when the worker could not connect.
    const auto shared = std::make_shared<ReplayChunk>(std::move(chunk));
    m_lanes[lane]->run(
        [shared, work](ReplayWorker& worker) -> Result<void> {
            return work(*shared, {*worker.handler, worker.ledger.get(), *worker.broker});
        },
        [finished = m_finished, lane, shared](const Result<void>& done) {
            finished->addResult(Finished{lane, shared, done});
        });
}

bool LaneWorkers::hasFinished() const
{
    return m_results.isResultReadyAt(m_taken);
}

AppliedChunk LaneWorkers::finish()
{
    const Finished finished = m_results.resultAt(m_taken++);
    m_idle.push_back(finished.lane);
    AppliedChunk applied{std::move(*finished.chunk), finished.done};
    if (applied.done)
        return applied;
    const Error& error = applied.done.error();
    // Work settles its items, so these met no work, or a defect cut it off in the middle.
    const bool isDefect = error.kind == Error::Kind::Internal;
    for (ReplayItem& item : applied.chunk) {
        if (item.isSettled)
            continue;
        item.settle(
            isDefect ? OutcomeKind::InDoubt : OutcomeKind::NotRun,
            isDefect ? error.what : replayReasons::notRunBecause(error));
    }
    return applied;
}

std::unique_ptr<ReplayWorkers> makeReplayWorkers(qint64 concurrency, ReplayWorkerSource source)
{
    if (concurrency <= 1)
        return nullptr;
    return std::make_unique<LaneWorkers>(
        std::min(concurrency, mostWorkers),
        [source = std::move(source)](const std::stop_token& closing) {
            return openWorker(source, closing);
        });
}

} // namespace outboard
