// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/deadletterform.h"

#include <QCborArray>
#include <QCborMap>
#include <QCborParserError>
#include <QCborValue>
#include <QCoreApplication>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

QCborValue timeValue(const std::optional<TimePoint>& time)
{
    return time ? QCborValue(qint64(time->time_since_epoch().count())) : QCborValue();
}

std::optional<TimePoint> timeOf(const QCborValue& value)
{
    return value.isInteger() ? std::optional(TimePoint(Microseconds(value.toInteger())))
                             : std::nullopt;
}

QCborValue bytesValue(const std::optional<QByteArray>& bytes)
{
    return bytes ? QCborValue(*bytes) : QCborValue();
}

std::optional<QByteArray> bytesOf(const QCborValue& value)
{
    return value.isByteArray() ? std::optional(value.toByteArray()) : std::nullopt;
}

QCborArray fieldsValue(const QList<Field>& fields)
{
    QCborArray array;
    for (const Field& field : fields) {
        array.append(field.name);
        array.append(field.value);
    }
    return array;
}

QList<Field> fieldsOf(const QCborArray& array)
{
    QList<Field> fields;
    for (qsizetype i = 0; i + 1 < array.size(); i += 2)
        fields.append({array.at(i).toByteArray(), array.at(i + 1).toByteArray()});
    return fields;
}

} // namespace

QByteArray deadLetterToCbor(const DeadLetter& letter)
{
    QCborMap map;
    map.insert(u"where"_s, deadWhereName(letter.id.where));
    map.insert(u"place"_s, letter.id.place);
    map.insert(u"id_group"_s, letter.id.group.bytes());
    map.insert(u"id"_s, letter.id.id);
    map.insert(u"event_id"_s, letter.eventId.bytes());
    map.insert(u"topic"_s, letter.topic.bytes());
    map.insert(u"stream"_s, letter.stream.bytes());
    map.insert(u"group"_s, letter.group.bytes());
    if (letter.entry)
        map.insert(u"entry"_s, letter.entry->bytes());
    map.insert(u"payload"_s, bytesValue(letter.payload));
    map.insert(u"from_outbox"_s, letter.isPayloadFromOutbox);
    map.insert(u"error"_s, letter.error);
    map.insert(u"error_kind"_s, letter.errorKind);
    if (letter.deliveries)
        map.insert(u"deliveries"_s, *letter.deliveries);
    map.insert(u"died_at_us"_s, timeValue(letter.diedAt));
    map.insert(u"created_at_us"_s, timeValue(letter.createdAt));
    if (letter.row)
        map.insert(u"row"_s, letter.row->bytes());
    map.insert(u"key"_s, bytesValue(letter.key));
    map.insert(u"fields"_s, fieldsValue(letter.original.fields));
    map.insert(u"bytes"_s, letter.original.bytes);
    map.insert(u"score"_s, letter.original.score);
    map.insert(u"consumer"_s, letter.original.consumer.bytes());
    return QCborValue(map).toCbor();
}

Result<DeadLetter> deadLetterFromCbor(const QByteArray& cbor)
{
    QCborParserError error;
    const QCborMap map = QCborValue::fromCbor(cbor, &error).toMap();
    const auto where = deadWhereFromName(map.value(u"where"_s).toString());
    if (error.error != QCborError::NoError || !where) {
        return Error{
            Error::Kind::Refused,
            QCoreApplication::translate(
                "outboard",
                "A discarded dead letter in the local store is damaged; it cannot be restored."),
            error.errorString()};
    }
    const auto bytes = [&map](const QString& key) { return map.value(key).toByteArray(); };
    DeadLetter letter;
    letter.id = {*where, bytes(u"place"_s), GroupName(bytes(u"id_group"_s)), bytes(u"id"_s)};
    letter.eventId = EventId(bytes(u"event_id"_s));
    letter.topic = TopicName(bytes(u"topic"_s));
    letter.stream = BrokerTopic(bytes(u"stream"_s));
    letter.group = GroupName(bytes(u"group"_s));
    if (map.contains(u"entry"_s))
        letter.entry = EntryId::parse(bytes(u"entry"_s));
    letter.payload = bytesOf(map.value(u"payload"_s));
    letter.isPayloadFromOutbox = map.value(u"from_outbox"_s).toBool();
    letter.error = map.value(u"error"_s).toString();
    letter.errorKind = map.value(u"error_kind"_s).toString();
    if (map.contains(u"deliveries"_s))
        letter.deliveries = map.value(u"deliveries"_s).toInteger();
    letter.diedAt = timeOf(map.value(u"died_at_us"_s));
    letter.createdAt = timeOf(map.value(u"created_at_us"_s));
    if (map.contains(u"row"_s))
        letter.row = OutboxRowId(bytes(u"row"_s));
    letter.key = bytesOf(map.value(u"key"_s));
    letter.original.fields = fieldsOf(map.value(u"fields"_s).toArray());
    letter.original.bytes = bytes(u"bytes"_s);
    letter.original.score = bytes(u"score"_s);
    letter.original.consumer = ConsumerName(bytes(u"consumer"_s));
    return letter;
}

} // namespace outboard
