// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "handlers/handler.h"
#include "settings/profile.h"

#include <memory>
#include <stop_token>

namespace outboard {

/// Applies an event by a POST of eventDocument() with `Idempotency-Key: <event id>` (bytes that a
/// header cannot carry, and "%", as %XX). 2xx is success.
///
/// Tried again, up to `retries` times, where the server said that it did not do the work, or was
/// not reached: 429 and 5xx, no connection. The pauses double from 250 ms; Retry-After counts
/// instead, unless it asks for more than 30 s. Sent and not answered, or answered by a gateway that
/// had no answer itself (502, 504), is "may have been applied". Redirects are not followed.
///
/// Error::Refused when the settings hold no http or https address.
Result<std::unique_ptr<Handler>> makeHttpHandler(
    const HandlerSettings& settings, std::stop_token stop);

} // namespace outboard
