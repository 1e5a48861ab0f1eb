// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "brokers/broker.h"
#include "core/access.h"
#include "ledger/ledger.h"
#include "outbox/outboxstore.h"
#include "services/backends.h"

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>

namespace outboard {

/// All connections of one lane, each opened when it is first needed. What a lane holds whose jobs
/// join several sources.
class Connections
{
public:
    Connections(BackendsPtr backends, Access access, std::stop_token stop);

    const Profile& profile() const { return m_backends->profile(); }

    /// For workers that open connections of their own.
    const BackendsPtr& backends() const { return m_backends; }

    /// False once one of the open connections broke.
    bool isUsable() const;

    /// Never null; owned by this object, valid until close().
    Result<OutboxStore*> outbox();
    Result<Broker*> broker();

    /// `index` into profile().ledgers. A ledger that could not be opened is not tried again for
    /// 5 s, so that a page of entries does not wait for its dead database each time.
    Result<Ledger*> ledger(qsizetype index);

    /// The ledger that records the group's events (LedgerSettings::groups); null when none does.
    Result<Ledger*> ledgerOf(const GroupName& group);

    void close();

private:
    struct Failure
    {
        Error error;
        std::chrono::steady_clock::time_point at;
    };

    BackendsPtr m_backends;
    Access m_access;
    std::stop_token m_stop;
    std::unique_ptr<OutboxStore> m_outbox;
    std::unique_ptr<Broker> m_broker;
    std::map<qsizetype, std::unique_ptr<Ledger>> m_ledgers;
    std::map<qsizetype, Failure> m_failures;
};

} // namespace outboard
