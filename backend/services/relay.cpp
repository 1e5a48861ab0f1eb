// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/relay.h"

#include "core/log.h"
#include "outbox/outboxstore.h"
#include "services/relayrun.h"

#include <QElapsedTimer>

#include <algorithm>

namespace outboard {

namespace {

/// "remaining" is counted up to here, so that a huge backlog costs nothing.
constexpr qint64 remainingCap = 10'000;

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

RelayReport ran(
    OutboxStore& outbox, Broker& broker, const RelayRequest& request, const RelayRun::Seams& seams)
{
    RelayRun run(broker, request, seams);
    const bool isOneBatch = request.max && *request.max <= request.batch;
    const auto lines = isOneBatch ? Result<RelayLines>(RelayLines()) : outbox.relayLines();
    if (!lines)
        run.fail(lines.error());
    else if (lines->empty())
        run.inChunks(outbox);
    else
        run.inLines(*lines);
    return run.report();
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
    RelayReport report =
        ran(m_outbox, m_broker, request, {progress, relayed, stop, expected(m_outbox, request)});
    report.remaining = remaining(m_outbox, request);
    report.elapsed = Milliseconds(timer.elapsed());
    qCDebug(logServices) << "relay published" << report.published << "failed"
                         << report.failed.size();
    return report;
}

} // namespace outboard
