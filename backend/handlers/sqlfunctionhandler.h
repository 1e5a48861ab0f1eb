// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "handlers/handler.h"
#include "settings/profile.h"

#include <memory>

namespace outboard {

/// Applies events by `SELECT function(event_id, payload)` in the ledger's transaction: exactly
/// once. The parameters go without types, so that the server takes those of the function (text,
/// bigint, uuid; json, jsonb, text, …). Error::Refused when the settings name no function.
Result<std::unique_ptr<Handler>> makeSqlFunctionHandler(const HandlerSettings& settings);

} // namespace outboard
