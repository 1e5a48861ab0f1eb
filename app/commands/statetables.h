// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/brokerstate.h"
#include "model/outboxrow.h"

#include <QList>
#include <QString>

namespace outboard {

/// The text forms that status, topics and groups share: a heading and an aligned table, or a line
/// that says that there is nothing.
QString topicsText(const OutboxState& outbox);
QString streamsText(const QList<BrokerTopicState>& streams);
QString consumersText(const QList<BrokerTopicState>& streams);

} // namespace outboard
