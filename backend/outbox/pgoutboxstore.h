// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/access.h"
#include "core/result.h"
#include "net/netplace.h"
#include "outbox/outboxstore.h"
#include "settings/profile.h"

#include <QString>

#include <memory>
#include <optional>
#include <stop_token>

namespace outboard {

/// Monitoring may read from a standby; actions need the primary.
const QString& dsnFor(const OutboxSettings& settings, Access access);

/// Connects and resolves the mapping against the catalogue. Blocks up to the connect deadline.
/// `password` is used when the DSN holds none; without either, libpq looks into ~/.pgpass.
/// Error::Missing when the table is not found, is not the only one, or lacks a mapped column: the
/// sentence names the candidates and the profile's key to set. A stop request cuts a Monitor store.
Result<std::unique_ptr<OutboxStore>> makePgOutboxStore(
    const OutboxSettings& settings,
    Access access,
    const std::optional<QString>& password = {},
    std::stop_token stop = {},
    const NetRoute& route = {});

} // namespace outboard
