// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/reconciliation.h"
#include "model/trace.h"
#include "services/recording.h"
#include "support/fakebroker.h"
#include "support/fakeledger.h"
#include "support/fakeoutboxstore.h"

#include <memory>

namespace outboard {

/// An outbox, streams and two ledgers in memory, for what joins them. Groups billing and email read
/// order.paid, each with a ledger of its own.
class JoinedWorld
{
public:
    JoinedWorld();

    /// A row that was created and published now, with an entry at the same time.
    EntryId publish(qint64 id);
    /// A row that is marked as published, without an entry.
    OutboxRowId mark(qint64 id);
    /// Both clocks.
    void advance(Milliseconds duration);

    Result<Reconciliation> reconcile(const ReconcileRequest& request = {});
    Result<Trace> trace(const QByteArray& what, const OpenedJournal& journal);

    FakeOutboxTable& table() { return *m_table; }

    FakeStreams& streams() { return *m_streams; }

    FakeLedgerTable& ledger(int index) { return *m_ledgers.at(size_t(index)); }

    Profile profile;
    std::stop_source stop;
    TimePoint now;

private:
    void open();

    std::shared_ptr<FakeOutboxTable> m_table = std::make_shared<FakeOutboxTable>();
    std::shared_ptr<FakeStreams> m_streams = std::make_shared<FakeStreams>();
    std::vector<std::shared_ptr<FakeLedgerTable>> m_ledgers;
    std::unique_ptr<FakeOutboxStore> m_outbox;
    std::unique_ptr<FakeBroker> m_broker;
    std::vector<std::unique_ptr<FakeLedger>> m_opened;
};

} // namespace outboard
