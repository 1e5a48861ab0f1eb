// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "outbox/relayline.h"
#include "services/relay.h"
#include "services/relaypublisher.h"
#include "services/relaywalk.h"

#include <QByteArray>
#include <QFuture>
#include <QList>
#include <QSet>

#include <optional>
#include <stop_token>
#include <vector>

namespace outboard {

class OutboxStore;
class RelayLanes;

/// One relay run: walks the table, hands batches to the broker, and adds up what became of them.
class RelayRun
{
public:
    /// Who is told, and when to stop.
    struct Seams
    {
        const ProgressFn& progress;
        const RelayedFn& relayed;
        const std::stop_token& stop;
        std::optional<qint64> total; ///< Rows, as far as known.
    };

    RelayRun(Broker& broker, const RelayRequest& request, const Seams& seams);

    /// One batch after the other.
    void inChunks(OutboxStore& outbox);

    /// Three batches in flight: while one is handed to the broker, the batch before is marked and
    /// the one after is locked. A crash leaves at most two batches appended and not marked.
    void inLines(const RelayLines& lines);

    /// It cannot even begin.
    void fail(const Error& error) { m_report.error = error; }

    const RelayReport& report() const { return m_report; }

private:
    /// A batch that the broker was given.
    struct Sent
    {
        qint64 offered = 0; ///< In the whole run, up to here.
        QList<QByteArray> accepted;
        std::optional<Error> broken;
        QFuture<Result<RelayReport>> marked = {};
    };

    bool goesOn();
    std::optional<LockedRows> take(QFuture<Result<LockedRows>>& locked);
    Sent send(RelayLanes& lanes, std::size_t lane, const LockedRows& rows);
    Sent sent() const;
    void settle(const Sent& sent, const RelayReport& chunk);
    void settleMarked(std::optional<Sent> sent);
    void add(const RelayReport& chunk);

    Seams m_seams;
    RelayPublisher m_publisher;
    RelayWalk m_walk;
    RelayReport m_report;
    QSet<OutboxRowId> m_failed;
};

} // namespace outboard
