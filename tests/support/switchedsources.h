// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "brokers/broker.h"
#include "ledger/ledger.h"
#include "outbox/outboxstore.h"
#include "support/fakeswitch.h"

#include <memory>

namespace outboard {

/// A connection that works until its server's switch says otherwise; broken for good then, as a
/// real one.
class SwitchedConnection
{
public:
    SwitchedConnection(std::shared_ptr<FakeSwitch> flip, std::stop_token stop)
        : m_switch(std::move(flip))
        , m_stop(std::move(stop))
    {}

    bool isWhole() const { return !m_isBroken; }

    template<class Call>
    auto call(Call inner) -> decltype(inner())
    {
        if (const auto entered = m_switch->enter(m_stop); !entered) {
            m_isBroken = true;
            return entered.error();
        }
        return inner();
    }

private:
    std::shared_ptr<FakeSwitch> m_switch;
    std::stop_token m_stop;
    bool m_isBroken = false;
};

std::unique_ptr<OutboxStore> switched(
    std::unique_ptr<OutboxStore> inner, SwitchedConnection connection);
/// Pending lists are the inner broker's own.
std::unique_ptr<Broker> switched(std::unique_ptr<Broker> inner, SwitchedConnection connection);
std::unique_ptr<Ledger> switched(std::unique_ptr<Ledger> inner, SwitchedConnection connection);

} // namespace outboard
