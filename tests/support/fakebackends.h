// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "services/backends.h"
#include "support/fakeledger.h"
#include "support/fakeoutboxstore.h"
#include "support/fakestreams.h"
#include "support/fakeswitch.h"

#include <memory>
#include <vector>

namespace outboard {

/// A profile "shop" whose servers are in memory: an outbox table, streams, and one table per ledger
/// of the profile. Hand it to a Session as shared_ptr and keep your own to play the servers' part.
class FakeBackends final : public Backends
{
public:
    /// One ledger, billing_processedevent, bound to group "billing"; idle threshold 60 s.
    static Profile shopProfile();

    explicit FakeBackends(Profile profile = shopProfile());

    const Profile& profile() const override { return m_profile; }

    Result<std::unique_ptr<OutboxStore>> openOutbox(
        Access access, std::stop_token stop) const override;
    Result<std::unique_ptr<Broker>> openBroker(Access access, std::stop_token stop) const override;
    Result<std::unique_ptr<Ledger>> openLedger(
        qsizetype index, Access access, std::stop_token stop) const override;

    // What the servers hold.
    FakeOutboxTable& outboxTable() const { return *m_outboxTable; }

    FakeStreams& streams() const { return *m_streams; }

    FakeLedgerTable& ledgerTable(qsizetype index = 0) const;

    // Whether they answer.
    FakeSwitch& outbox() const { return *m_outboxSwitch; }

    FakeSwitch& broker() const { return *m_brokerSwitch; }

    FakeSwitch& ledger(qsizetype index = 0) const;

    /// 30 events of order.paid, 7 min old: 12 wait in the outbox, 18 are in the stream. Group
    /// billing has acknowledged 10 (they are in its ledger) and holds 5 with "billing-1" for
    /// 7 min; 3 are not delivered. Group email has acknowledged all.
    void fillShop() const;

private:
    struct FakeLedgerServer
    {
        std::shared_ptr<FakeLedgerTable> table = std::make_shared<FakeLedgerTable>();
        std::shared_ptr<FakeSwitch> flip = std::make_shared<FakeSwitch>();
    };

    Profile m_profile;
    std::shared_ptr<FakeOutboxTable> m_outboxTable = std::make_shared<FakeOutboxTable>();
    std::shared_ptr<FakeStreams> m_streams = std::make_shared<FakeStreams>();
    std::shared_ptr<FakeSwitch> m_outboxSwitch = std::make_shared<FakeSwitch>();
    std::shared_ptr<FakeSwitch> m_brokerSwitch = std::make_shared<FakeSwitch>();
    std::vector<FakeLedgerServer> m_ledgers;
};

} // namespace outboard
