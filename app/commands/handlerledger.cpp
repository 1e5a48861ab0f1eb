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

} // namespace outboard
