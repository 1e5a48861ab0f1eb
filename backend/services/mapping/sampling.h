// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "services/mapping/evidence.h"
#include "settings/profile.h"

#include <optional>
#include <stop_token>

namespace outboard {

// Looks at servers for the wizard, read-only. Both block up to the connect deadline and then a few
// seconds at most; they belong on a lane or in a test. `password` is used when the text holds none.

/// The tables of all schemas that could be outboxes, ledgers or dead letters by their names or
/// columns, at most 40, with up to 200 rows each. A table that cannot be read in time has no rows.
/// Source: the catalogue, and SELECTs with a limit along the primary key.
Result<SampledDatabase> sampleDatabase(
    const QString& dsn, const std::optional<QString>& password = {}, std::stop_token stop = {});

/// The first and the last entries of up to 100 streams, whatever they are called.
/// Source: SCAN, XINFO and XRANGE.
Result<SampledBroker> sampleBroker(
    const BrokerSettings& settings,
    const std::optional<QString>& password = {},
    std::stop_token stop = {});

} // namespace outboard
