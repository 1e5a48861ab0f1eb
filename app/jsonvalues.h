// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/count.h"
#include "core/time.h"
#include "model/brokerstate.h"
#include "model/entryid.h"
#include "model/outboxrow.h"

#include <QByteArray>
#include <QJsonArray>
#include <QJsonObject>
#include <QJsonValue>

#include <optional>
#include <vector>

namespace outboard {

/// The spellings of the commands' JSON: unknown is null, ids are text, numbers are numbers.
namespace json {

QJsonValue count(const Count& count);
QJsonValue number(std::optional<qint64> number);
QJsonValue seconds(std::optional<Milliseconds> duration);
QJsonValue milliseconds(std::optional<Milliseconds> duration);
QJsonValue milliseconds(std::optional<Microseconds> duration);

/// null for empty text.
QJsonValue textOrNull(const QString& text);

/// Text where the bytes are UTF-8, else {"base64": ".."}.
QJsonValue bytes(const QByteArray& bytes);

QJsonArray ids(const std::vector<EntryId>& ids);

QJsonArray topics(const QList<OutboxTopicState>& topics);

/// `withConsumers`: their list, else how many.
QJsonArray streams(const QList<BrokerTopicState>& streams, bool withConsumers);
QJsonObject stream(const BrokerTopicState& stream, bool withConsumers);
QJsonObject topic(const OutboxTopicState& topic);

} // namespace json
} // namespace outboard
