// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "model/brokerstate.h"
#include "model/outboxrow.h"
#include "model/reconciliation.h"
#include "services/eventledgers.h"
#include "services/eventspill.h"
#include "services/reconcileverdicts.h"
#include "services/relay.h"
#include "settings/profile.h"

#include <QSet>

#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

namespace outboard {

class Broker;
class OutboxStore;

/// Compares the outbox, the broker and the ledgers over a time. Rows and entries are read page by
/// page, each side once, and joined part by part by a hash of their event ids: order, clocks and
/// delays between the two sides do not matter, and memory does not grow with the time.
class Reconciler
{
public:
    Reconciler(const Profile& profile, OutboxStore& outbox, Broker& broker, LedgerAt ledgerAt);
    ~Reconciler();
    Q_DISABLE_COPY_MOVE(Reconciler)

    /// Only reads. An error when the outbox or the broker does not answer, Cancelled when stopped;
    /// a ledger that does not answer makes verdicts unknown.
    Result<Reconciliation> run(
        const ReconcileRequest& request, const ProgressFn& progress, const std::stop_token& stop);

private:
    struct Run;

    Result<void> lookAtServers(Run& run);
    Result<QList<BrokerTopicState>> streamsOf(Run& run);
    Result<void> readRows(Run& run);
    Result<void> add(Run& run, const TimedRow& row);
    Result<void> readEntries(Run& run, const QList<BrokerTopicState>& streams);
    Result<void> readStream(Run& run, const BrokerTopicState& stream);
    Result<void> compare(Run& run);
    Result<void> comparePart(Run& run, int part);

    const Profile& m_profile;
    OutboxStore& m_outbox;
    Broker& m_broker;
    EventLedgers m_ledgers;
};

} // namespace outboard
