// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands/handlerledger.h"

#include "context.h"
#include "handlers/handlerkinds.h"
#include "ledger/ledger.h"

namespace outboard {

Result<std::unique_ptr<Ledger>> openHandlerLedger(
    Context& context, const QString& handler, const GroupName& group, Access access)
{
    const auto settings = findHandler(context.profile(), handler);
    if (!settings)
        return settings.error();
    const auto index = ledgerIndex(context.profile(), *settings, group);
    if (!index)
        return std::unique_ptr<Ledger>();
    return context.openLedger(*index, access);
}

Result<Ledger*> GroupLedgers::of(const GroupName& group)
{
    const auto index = ledgerOf(m_context.profile(), group);
    return index ? at(*index) : Result<Ledger*>(nullptr);
}

Result<Ledger*> GroupLedgers::at(qsizetype index)
{
    if (const auto open = m_open.find(index); open != m_open.end())
        return open->second.get();
    auto opened = m_context.openLedger(index, m_access);
    if (!opened)
        return opened.error();
    return m_open.emplace(index, std::move(*opened)).first->second.get();
}

} // namespace outboard
