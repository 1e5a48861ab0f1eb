// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/eventof.h"

#include "brokers/broker.h"

#include <QDateTime>

#include <algorithm>

namespace outboard {

namespace {

// An entry id made by the server begins with its clock; one made by a producer can be any number.
constexpr quint64 year2001 = 1'000'000'000'000;
constexpr quint64 year5138 = 100'000'000'000'000;

std::optional<TimePoint> timeOf(const Message& message)
{
    if (const auto text = fieldOf(message, "created_at")) {
        const auto time = QDateTime::fromString(QString::fromUtf8(*text), Qt::ISODateWithMs);
        // Without an offset it is unknown which clock was meant.
        if (time.isValid() && time.timeSpec() != Qt::LocalTime)
            return TimePoint(Milliseconds(time.toMSecsSinceEpoch()));
    }
    if (message.id.first > year2001 && message.id.first < year5138)
        return TimePoint(Milliseconds(qint64(message.id.first)));
    return std::nullopt;
}

TopicName topicOf(const Message& message, const Broker& broker)
{
    if (const auto topic = broker.topicOf(message.topic))
        return *topic;
    if (const auto field = fieldOf(message, "topic"))
        return TopicName(*field);
    return TopicName(message.topic.bytes());
}

} // namespace

Event eventOf(const Message& message, const Broker& broker)
{
    Event event;
    event.id = message.eventId;
    event.topic = topicOf(message, broker);
    if (message.hasPayload)
        event.payload = message.payload;
    event.createdAt = timeOf(message);
    return event;
}

Event eventOf(const OutboxRow& row)
{
    Event event;
    event.id = row.eventId;
    event.topic = row.topic;
    event.payload = row.payload;
    event.createdAt = row.createdAt;
    event.row = row.id;
    event.key = row.key;
    return event;
}

std::optional<QByteArray> fieldOf(const Message& message, QByteArrayView name)
{
    const auto it = std::ranges::find(message.fields, name, &Field::name);
    return it == message.fields.end() ? std::nullopt : std::optional(it->value);
}

} // namespace outboard
