// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/event.h"
#include "model/message.h"
#include "model/outboxrow.h"

namespace outboard {

class Broker;

/// The event that a message of a topic's own stream carries.
Event eventOf(const Message& message, const Broker& broker);

/// The event of an outbox row that was read whole.
Event eventOf(const OutboxRow& row);

/// The value of a field; nothing when the message does not have it.
std::optional<QByteArray> fieldOf(const Message& message, QByteArrayView name);

} // namespace outboard
