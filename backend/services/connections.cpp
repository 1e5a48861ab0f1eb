// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/connections.h"

#include "handlers/handlerkinds.h"

#include <algorithm>

namespace outboard {

using namespace std::chrono_literals;

Connections::Connections(BackendsPtr backends, Access access, std::stop_token stop)
    : m_backends(std::move(backends))
    , m_access(access)
    , m_stop(std::move(stop))
{}

bool Connections::isUsable() const
{
    const auto isOpenAndUsable = [](const auto& ledger) { return ledger.second->isUsable(); };
    return (!m_outbox || m_outbox->isUsable()) && (!m_broker || m_broker->isUsable())
           && std::ranges::all_of(m_ledgers, isOpenAndUsable);
}

Result<OutboxStore*> Connections::outbox()
{
    if (!m_outbox) {
        auto opened = m_backends->openOutbox(m_access, m_stop);
        if (!opened)
            return opened.error();
        m_outbox = std::move(*opened);
    }
    return m_outbox.get();
}

Result<Broker*> Connections::broker()
{
    if (!m_broker) {
        auto opened = m_backends->openBroker(m_access, m_stop);
        if (!opened)
            return opened.error();
        m_broker = std::move(*opened);
    }
    return m_broker.get();
}

Result<Ledger*> Connections::ledger(qsizetype index)
{
    if (const auto open = m_ledgers.find(index); open != m_ledgers.end())
        return open->second.get();
    const auto now = std::chrono::steady_clock::now();
    const auto failed = m_failures.find(index);
    if (failed != m_failures.end() && now - failed->second.at < 5s)
        return failed->second.error;
    auto opened = m_backends->openLedger(index, m_access, m_stop);
    if (!opened) {
        m_failures.insert_or_assign(index, Failure{opened.error(), now});
        return opened.error();
    }
    m_failures.erase(index);
    return m_ledgers.insert_or_assign(index, std::move(*opened)).first->second.get();
}

Result<Ledger*> Connections::ledgerOf(const GroupName& group)
{
    const auto index = ledgerIndex(profile(), HandlerSettings(), group);
    return index ? ledger(*index) : Result<Ledger*>(nullptr);
}

void Connections::close()
{
    m_outbox.reset();
    m_broker.reset();
    m_ledgers.clear();
}

} // namespace outboard
