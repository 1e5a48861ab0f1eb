// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/event.h"

#include <QByteArray>

namespace outboard {

/// An event as handlers outside of Outboard receive it, one JSON object on one line:
///
///     {"event_id": "4711", "topic": "order.paid", "created_at": "2026-03-01T03:14:15.926Z",
///      "key": null, "payload": {…}}
///
/// The payload is embedded as it was stored, digit for digit, where it is JSON; anything else is
/// "payload_base64" instead, and an absent one is null. Ids and keys that are not UTF-8 are
/// {"base64": ".."}.
QByteArray eventDocument(const Event& event);

} // namespace outboard
