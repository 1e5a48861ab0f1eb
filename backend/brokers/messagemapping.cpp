// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/messagemapping.h"

#include "brokers/jsonpath.h"
#include "core/time.h"

#include <QCoreApplication>

#include <algorithm>
#include <span>
#include <utility>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

const Field* findField(const QList<Field>& fields, const QByteArray& name)
{
    const auto found = std::find_if(
        fields.begin(), fields.end(), [&](const Field& field) { return field.name == name; });
    return found == fields.end() ? nullptr : &*found;
}

/// Of an entry that fields() wrote, where the payload does not hold the id: an outbox may know it
/// by a column only.
EventId ownEventId(const QList<Field>& fields)
{
    const Field* id = findField(fields, "event_id"_ba);
    const bool isOwn = id && findField(fields, "topic"_ba) && findField(fields, "created_at"_ba);
    return isOwn ? EventId(id->value) : EventId();
}

Error badEventId(const QString& text)
{
    return {
        Error::Kind::Refused,
        QCoreApplication::translate(
            "outboard",
            "\"%1\" does not say where the event id is. Write a field (event_id), a path inside "
            "a JSON field (data.order_id), or @entry_id.")
            .arg(text),
        {}};
}

} // namespace

Result<MessageMapping> MessageMapping::parse(const QString& eventId, const QString& payload)
{
    MessageMapping made;
    made.m_usesEntryId = eventId == u"@entry_id";
    made.m_whole = eventId.toUtf8();
    for (const QByteArray& part : made.m_whole.split('.'))
        made.m_path.push_back(part);
    const bool hasGap = std::any_of(
        made.m_path.begin(), made.m_path.end(), [](const auto& part) { return part.isEmpty(); });
    if (!made.m_usesEntryId && (hasGap || eventId.startsWith(u'@')))
        return badEventId(eventId);
    made.m_payload = payload.toUtf8();
    if (payload.isEmpty())
        return Error{
            Error::Kind::Refused,
            QCoreApplication::translate(
                "outboard", "The payload's field has no name. Write the field's name, e.g. data."),
            {}};
    return made;
}

Message MessageMapping::message(
    const BrokerTopic& topic, const EntryId& id, QList<Field> fields) const
{
    Message made;
    made.topic = topic;
    made.id = id;
    made.eventId = eventIdOf(id, fields);
    if (const Field* payload = findField(fields, m_payload)) {
        made.payload = payload->value;
        made.hasPayload = true;
    }
    made.fields = std::move(fields);
    return made;
}

EventId MessageMapping::eventIdOf(const EntryId& id, const QList<Field>& fields) const
{
    if (m_usesEntryId)
        return EventId(id.bytes());
    if (const Field* field = findField(fields, m_whole))
        return EventId(field->value);
    if (m_path.size() == 1)
        return {};
    if (const Field* field = findField(fields, m_path.front())) {
        if (const auto found = jsonScalar(field->value, std::span(m_path).subspan(1)))
            return EventId(*found);
    }
    return ownEventId(fields);
}

QList<Field> MessageMapping::fields(const OutgoingMessage& message) const
{
    QList<Field> made;
    const auto add = [&made](const QByteArray& name, const QByteArray& value) {
        if (!findField(made, name))
            made.append({name, value});
    };
    const bool isField = !m_usesEntryId && m_path.size() == 1;
    add(m_payload, message.payload);
    add(isField ? m_whole : "event_id"_ba, message.eventId.bytes());
    add("topic"_ba, message.topic.bytes());
    add("created_at"_ba, isoText(message.createdAt).toLatin1());
    if (message.key)
        add("key"_ba, *message.key);
    for (const Field& header : message.headers)
        add(header.name, header.value);
    return made;
}

} // namespace outboard
