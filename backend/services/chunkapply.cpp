// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/chunkapply.h"

#include "handlers/handler.h"
#include "services/guardedapply.h"
#include "services/sendapply.h"

namespace outboard {

Result<void> applyChunk(
    ReplayChunk& chunk, const ReplayTools& tools, const std::function<bool(ReplayItem&)>& goesOn)
{
    if (tools.handler.guard() == Handler::Guard::Consumers)
        return SendApply(tools.handler, tools.ledger, tools.broker).apply(chunk);
    Q_ASSERT(tools.ledger);
    return GuardedApply(tools.handler, *tools.ledger, goesOn).apply(chunk);
}

} // namespace outboard
