// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "brokers/broker.h"
#include "core/result.h"
#include "core/strongid.h"
#include "model/relayreport.h"

#include <QByteArray>
#include <QList>

#include <functional>
#include <optional>
#include <stop_token>

namespace outboard {

class OutboxStore;

struct RelayRequest
{
    QList<TopicName> topics;   ///< Empty: all.
    qint64 batch = 500;        ///< Rows per transaction, 1…1000.
    std::optional<qint64> max; ///< Rows at most; absent: until nothing is left.
    Durability durability;
};

/// The event ids of a chunk that the broker accepted and that is committed; an error ends the run.
using RelayedFn = std::function<Result<void>(const QList<QByteArray>& eventIds)>;

/// Done so far, of how many (when known).
using ProgressFn = std::function<void(qint64 done, std::optional<qint64> total)>;

/// Moves unpublished rows to the broker, batch by batch, where the outbox allows it with three in
/// flight. At-least-once: a crash between append and mark sends rows again with the same event id;
/// nothing is lost.
class Relay
{
public:
    Relay(OutboxStore& outbox, Broker& broker);

    /// Walks up by row id and starts again at the low end whenever the walk ends, because sequences
    /// commit out of order; ends when a walk from the low end finds nothing it has not failed on
    /// before. Stops between batches. Never throws work away: the report holds what was done before
    /// an error.
    RelayReport run(
        const RelayRequest& request,
        const ProgressFn& progress,
        const std::stop_token& stop,
        const RelayedFn& relayed = {});

private:
    OutboxStore& m_outbox;
    Broker& m_broker;
};

} // namespace outboard
