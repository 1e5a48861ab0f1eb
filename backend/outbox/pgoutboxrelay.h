// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "outbox/outboxmapping.h"
#include "outbox/outboxstore.h"

namespace outboard {

class PgConnection;

/// The advisory lock that keeps two Outboards from relaying one table: the same for every Outboard,
/// different for every table.
qint64 relayLockKey(const OutboxMapping& mapping);

/// OutboxStore::relay() on PostgreSQL.
Result<RelayChunk> relayChunk(
    PgConnection& connection,
    const OutboxMapping& mapping,
    const RelayBatch& batch,
    const OutboxStore::Publish& publish);

} // namespace outboard
