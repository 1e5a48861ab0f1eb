// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "outbox/outboxstore.h"

namespace outboard {

class OutboxMapping;
class PgConnection;

/// OutboxStore::relay() on PostgreSQL.
Result<RelayChunk> relayChunk(
    PgConnection& connection,
    const OutboxMapping& mapping,
    const RelayBatch& batch,
    const OutboxStore::Publish& publish);

} // namespace outboard
