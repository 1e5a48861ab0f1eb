// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/relayrun.h"

#include "outbox/outboxstore.h"
#include "services/relaylanes.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace outboard {

using SteadyClock = std::chrono::steady_clock;

RelayRun::RelayRun(Broker& broker, const RelayRequest& request, const Seams& seams)
    : m_seams(seams)
    , m_publisher(broker, request.durability)
    , m_walk(request)
{}

/// Between batches.
bool RelayRun::goesOn()
{
    if (m_report.error || m_publisher.broken())
        return false;
    m_report.stopped = m_seams.stop.stop_requested();
    return !m_report.stopped;
}

void RelayRun::inChunks(OutboxStore& outbox)
{
    while (!m_walk.isOver() && goesOn()) {
        m_publisher.beginChunk();
        const auto begin = SteadyClock::now();
        const auto chunk = outbox.relay(
            m_walk.next(), [this](auto messages) { return m_publisher.publish(messages); });
        if (!chunk) {
            // Whatever reached the broker in this chunk was not marked, or may not have been.
            m_report.duplicatesPossible += m_publisher.appended();
            m_report.error = chunk.error();
            return;
        }
        m_walk.moveOn(
            {chunk->seen, chunk->last, m_publisher.offered(), SteadyClock::now() - begin});
        settle(sent(), chunk->report);
    }
}

void RelayRun::inLines(const RelayLines& lines)
{
    if (m_walk.isOver() || !goesOn())
        return;
    RelayLanes lanes(lines);
    std::size_t lane = 0;
    std::optional<Sent> before;
    auto locked = lanes.lock(lane, m_walk.next());
    while (locked.isValid()) {
        const auto rows = take(locked);
        if (!rows || !goesOn())
            break;
        const std::size_t other = (lane + 1) % lines.size();
        const bool isEmpty = rows->messages.empty();
        // Behind the mark of the batch before, where that lane still has it to do.
        if (!m_walk.isOver())
            locked = lanes.lock(isEmpty ? lane : other, m_walk.next());
        if (isEmpty)
            continue;
        Sent now = send(lanes, lane, *rows);
        settleMarked(std::exchange(before, std::move(now)));
        lane = other;
    }
    settleMarked(std::move(before));
    // What it holds goes with the lines, which must not be in use then.
    if (locked.isValid())
        locked.waitForFinished();
}

std::optional<LockedRows> RelayRun::take(QFuture<Result<LockedRows>>& locked)
{
    const auto begin = SteadyClock::now();
    auto rows = locked.takeResult();
    if (!rows) {
        m_report.error = rows.error();
        return std::nullopt;
    }
    m_walk.moveOn(
        {static_cast<qint64>(rows->messages.size()),
         rows->last,
         m_publisher.fresh(rows->messages),
         SteadyClock::now() - begin});
    return std::move(*rows);
}

RelayRun::Sent RelayRun::send(RelayLanes& lanes, std::size_t lane, const LockedRows& rows)
{
    m_publisher.beginChunk();
    auto answers = m_publisher.publish(rows.messages);
    Sent given = sent();
    given.marked = lanes.mark(lane, std::move(answers));
    return given;
}

RelayRun::Sent RelayRun::sent() const
{
    return {m_walk.offered(), m_publisher.accepted(), m_publisher.broken()};
}

void RelayRun::settleMarked(std::optional<Sent> sent)
{
    if (!sent)
        return;
    if (const auto report = sent->marked.takeResult()) {
        settle(*sent, *report);
    } else {
        RelayReport lost;
        lost.duplicatesPossible = sent->accepted.size();
        lost.error = report.error();
        settle(*sent, lost);
    }
}

void RelayRun::settle(const Sent& sent, const RelayReport& chunk)
{
    add(chunk);
    const auto told = m_seams.relayed ? m_seams.relayed(sent.accepted) : Result<void>();
    const std::optional<Error> failure = !told         ? std::optional(told.error())
                                         : chunk.error ? chunk.error
                                                       : sent.broken;
    if (!m_report.error)
        m_report.error = failure;
    if (m_seams.progress) {
        m_seams.progress(
            sent.offered,
            m_seams.total ? std::optional(std::max(*m_seams.total, sent.offered)) : std::nullopt);
    }
}

void RelayRun::add(const RelayReport& chunk)
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

} // namespace outboard
