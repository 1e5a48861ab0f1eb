// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/relay.h"

#include "core/log.h"
#include "outbox/outboxstore.h"
#include "services/relaypublisher.h"

#include <QElapsedTimer>
#include <QSet>

#include <algorithm>
#include <utility>

namespace outboard {

namespace {

/// "remaining" is counted up to here, so that a huge backlog costs nothing.
constexpr qint64 remainingCap = 10'000;

/// Sequences commit out of order: rows can appear below those already walked past. After this many
/// chunks one chunk is taken from the low end, even while rows are left above.
constexpr qint64 chunksBetweenLooksBack = 200;

/// One run: where the walk is, and what was done so far.
class RelayRun
{
public:
    RelayRun(
        OutboxStore& outbox, Broker& broker, const RelayRequest& request, const RelayedFn& relayed)
        : m_outbox(outbox)
        , m_request(request)
        , m_relayed(relayed)
        , m_publisher(broker, request.durability)
    {}

    /// False when nothing is left to do, or can be done.
    bool step()
    {
        if (m_request.max && m_offered >= *m_request.max)
            return false;
        m_publisher.beginChunk();
        const auto chunk = m_outbox.relay(
            nextBatch(), [this](auto messages) { return m_publisher.publish(messages); });
        m_offered += m_publisher.offered();
        m_foundInWalk += m_publisher.offered();
        if (!chunk)
            return fail(chunk.error());
        add(chunk->report);
        const auto told = m_relayed ? m_relayed(m_publisher.accepted()) : Result<void>();
        if (!told)
            m_report.error = told.error();
        return told && moveOn(*chunk);
    }

    void stop() { m_report.stopped = true; }

    RelayReport& report() { return m_report; }

    qint64 offered() const { return m_offered; }

private:
    RelayBatch nextBatch() const
    {
        RelayBatch batch;
        batch.topics = m_request.topics;
        batch.after = m_after;
        batch.limit = std::clamp<qint64>(m_request.batch, 1, 1000);
        if (m_request.max)
            batch.limit = std::min(batch.limit, *m_request.max - m_offered);
        return batch;
    }

    bool fail(const Error& error)
    {
        // Whatever reached the broker in this chunk was not marked, or may not have been.
        m_report.duplicatesPossible += m_publisher.appended();
        m_report.error = error;
        return false;
    }

    void add(const RelayReport& chunk)
    {
        m_report.published += chunk.published;
        m_report.duplicatesPossible += chunk.duplicatesPossible;
        for (const RelayFailure& failure : chunk.failed) {
            if (m_failed.contains(failure.id))
                continue;
            m_failed.insert(failure.id);
            m_report.failed.append(failure);
        }
    }

    bool moveOn(const RelayChunk& chunk)
    {
        if (chunk.report.error || m_publisher.broken()) {
            m_report.error = chunk.report.error ? chunk.report.error : m_publisher.broken();
            return false;
        }
        if (chunk.seen == 0)
            return startOver();
        // Above a look back that met only refused rows there is nothing new below the old position.
        const bool isBackFromLook = m_lookedBackFrom && m_publisher.offered() == 0;
        m_after = isBackFromLook ? m_lookedBackFrom : chunk.last;
        m_lookedBackFrom.reset();
        if (++m_chunksSinceLow == chunksBetweenLooksBack) {
            m_lookedBackFrom = std::exchange(m_after, std::nullopt);
            m_chunksSinceLow = 0;
        }
        return true;
    }

    /// After a drained walk; ends the run when it met nothing new, for what is left then has
    /// failed.
    bool startOver()
    {
        if (m_foundInWalk == 0)
            return false;
        m_after.reset();
        m_lookedBackFrom.reset();
        m_chunksSinceLow = 0;
        m_foundInWalk = 0;
        return true;
    }

    OutboxStore& m_outbox;
    const RelayRequest& m_request;
    const RelayedFn& m_relayed;
    RelayPublisher m_publisher;
    RelayReport m_report;
    std::optional<OutboxRowId> m_after;
    std::optional<OutboxRowId> m_lookedBackFrom; ///< Set while a chunk is taken from the low end.
    QSet<OutboxRowId> m_failed;
    qint64 m_offered = 0;
    qint64 m_foundInWalk = 0;
    qint64 m_chunksSinceLow = 0;
};

std::optional<qint64> expected(OutboxStore& outbox, const RelayRequest& request)
{
    const auto waiting = outbox.countUnpublished(request.topics, remainingCap);
    if (!waiting || !waiting->isExact())
        return request.max;
    return request.max ? std::min(*request.max, waiting->value) : waiting->value;
}

Count remaining(OutboxStore& outbox, const RelayRequest& request)
{
    const auto left = outbox.countUnpublished(request.topics, remainingCap);
    return left ? *left : Count::unknown(left.error().what);
}

} // namespace

Relay::Relay(OutboxStore& outbox, Broker& broker)
    : m_outbox(outbox)
    , m_broker(broker)
{}

RelayReport Relay::run(
    const RelayRequest& request,
    const ProgressFn& progress,
    const std::stop_token& stop,
    const RelayedFn& relayed)
{
    QElapsedTimer timer;
    timer.start();
    RelayRun run(m_outbox, m_broker, request, relayed);
    const auto total = expected(m_outbox, request);
    bool goesOn = true;
    while (goesOn) {
        if (stop.stop_requested()) {
            run.stop();
            break;
        }
        goesOn = run.step();
        if (progress)
            progress(run.offered(), total ? std::optional(std::max(*total, run.offered())) : total);
    }
    RelayReport& report = run.report();
    report.remaining = remaining(m_outbox, request);
    report.elapsed = Milliseconds(timer.elapsed());
    qCDebug(logServices) << "relay published" << report.published << "failed"
                         << report.failed.size();
    return report;
}

} // namespace outboard
