// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/access.h"
#include "core/result.h"
#include "ledger/ledger.h"
#include "net/netplace.h"
#include "settings/profile.h"

#include <QString>

#include <memory>
#include <optional>
#include <stop_token>

namespace outboard {

/// Connects (to `outboxDsn` when the settings hold no DSN) and resolves the table: the one that is
/// named, else the only one whose name ends in _processedevent. Blocks up to the connect deadline.
/// Error::Missing with the candidates, or the columns that exist, and the profile's key to set.
/// `password` is used when the DSN holds none. A stop request cuts a Monitor ledger.
Result<std::unique_ptr<Ledger>> makePgLedger(
    const LedgerSettings& settings,
    const QString& outboxDsn,
    Access access,
    const std::optional<QString>& password = {},
    std::stop_token stop = {},
    const NetRoute& route = {});

} // namespace outboard
