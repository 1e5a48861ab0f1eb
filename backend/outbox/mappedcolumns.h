// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "outbox/pgcatalogue.h"

#include <QString>

namespace outboard {

// What a profile may write in the place of a column's name. A column that is really called so
// always comes first. Error::Missing for a column that does not exist, with `key` to set.

/// A text made of columns: "{tenant}:{event_type}".
Result<PgColumn> topicColumn(const PgTable& table, const QString& spelled, const QString& key);

/// Several columns as one JSON object, in this order: "args, kwargs".
Result<PgColumn> payloadColumn(const PgTable& table, const QString& spelled, const QString& key);

/// A path inside a json or jsonb column: "payload.order_id". Error::Refused for another type.
Result<PgColumn> eventIdColumn(const PgTable& table, const QString& spelled, const QString& key);

} // namespace outboard
