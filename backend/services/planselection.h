// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/deadletter.h"
#include "model/message.h"
#include "services/planner.h"

#include <QList>

#include <span>
#include <stop_token>
#include <vector>

namespace outboard {

/// Freezes the events that a request means: exact ids, with the payloads as they are now.
class PlanSelection
{
public:
    /// `outbox` may be null: payloads then come from the broker alone.
    PlanSelection(
        const Profile& profile,
        OutboxStore* outbox,
        Broker& broker,
        const PlanRequest& request,
        ProgressFn progress,
        std::stop_token stop);

    /// Error::Refused when the selection is larger than the request's limit, Cancelled when
    /// stopped.
    Result<QList<Event>> freeze();

private:
    Result<void> freezePending();
    Result<void> freezeOutbox();
    Result<void> freezeIds();
    Result<void> freezeDead();

    Result<std::vector<EntryId>> pendingIds(const PendingQuery& query);
    Result<void> addPending(
        const BrokerTopic& topic, const GroupName& group, std::span<const EntryId> ids);
    Result<void> addRows(const OutboxFilter& filter);
    Result<void> addExactRows();
    Result<void> searchStream();

    Result<QList<DeadLetter>> deadNow();

    /// Payloads that the broker lost, from the outbox rows of the same events.
    Result<void> fillFromOutbox();
    void fill(const QList<qsizetype>& positions, const OutboxRow& row);
    Result<void> add(Event event);

    const Profile& m_profile;
    OutboxStore* m_outbox;
    Broker& m_broker;
    const PlanRequest& m_request;
    ProgressFn m_progress;
    std::stop_token m_stop;
    QList<Event> m_events;
};

} // namespace outboard
