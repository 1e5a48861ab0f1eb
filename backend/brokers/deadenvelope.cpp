// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/deadenvelope.h"

#include "brokers/deadfacts.h"
#include "brokers/jsonpath.h"

#include <QCryptographicHash>

#include <algorithm>
#include <array>
#include <utility>

namespace outboard {

namespace {

constexpr int deepest = 4;

/// Fields in which the whole original is found, the clearest name first.
constexpr std::array wrappers = {
    "original",
    "original_message",
    "original_event",
    "message",
    "envelope",
    "event",
    "entry",
    "fields",
    "data",
    "payload",
    "body"};

/// Inside a payload only these: an event's own JSON can have any of the others.
constexpr std::array clearWrappers = {
    "original", "original_message", "original_event", "message", "entry"};

const QByteArray& nestedFacts()
{
    static const QByteArray name("_dlq");
    return name;
}

std::optional<QByteArray> valueOf(const QList<Field>& fields, QByteArrayView name)
{
    const auto found = std::ranges::find(fields, name, &Field::name);
    return found == fields.end() ? std::nullopt : std::optional(found->value);
}

QList<Field> fieldsOf(const QList<JsonMember>& members)
{
    QList<Field> fields;
    for (const JsonMember& member : members) {
        if (!member.isNull)
            fields.append({member.name, member.value});
    }
    return fields;
}

/// The members of a JSON object as fields; nothing for any other text.
std::optional<QList<Field>> asFields(const QByteArray& json)
{
    const auto members = jsonMembers(json);
    return members ? std::optional(fieldsOf(*members)) : std::nullopt;
}

QList<Field> withoutFacts(QList<Field> fields)
{
    fields.removeIf([](const Field& field) { return isDeadFact(field.name); });
    return fields;
}

} // namespace

DeadEnvelope::DeadEnvelope(MessageMapping mapping)
    : m_mapping(std::move(mapping))
{}

QByteArray DeadEnvelope::digestOf(const QByteArray& bytes)
{
    return QCryptographicHash::hash(bytes, QCryptographicHash::Sha1).toHex().left(20);
}

bool DeadEnvelope::holdsPayload(const QList<Field>& fields) const
{
    return std::ranges::find(fields, m_mapping.payloadField(), &Field::name) != fields.end();
}

DeadEnvelope::Opened DeadEnvelope::open(const QList<Field>& fields, int depth) const
{
    Opened opened;
    opened.facts = deadFactsOf(fields);
    if (const auto nested = valueOf(fields, nestedFacts())) {
        if (const auto inner = asFields(*nested))
            completeFacts(opened.facts, deadFactsOf(*inner));
    }
    opened.fields = withoutFacts(fields);
    opened.hasPayload = holdsPayload(opened.fields);
    if (opened.hasPayload)
        openPayload(opened, depth);
    else if (depth < deepest)
        openWrapped(opened, depth);
    return opened;
}

/// The payload itself can carry "_dlq", or be an envelope around the original.
void DeadEnvelope::openPayload(Opened& opened, int depth) const
{
    const auto field = std::ranges::find(opened.fields, m_mapping.payloadField(), &Field::name);
    const auto members = asFields(field->value);
    if (!members || depth >= deepest)
        return;
    if (const auto nested = valueOf(*members, nestedFacts())) {
        if (const auto inner = asFields(*nested))
            completeFacts(opened.facts, deadFactsOf(*inner));
        field->value = jsonWithout(field->value, nestedFacts());
    }
    const DeadFacts around = deadFactsOf(*members);
    for (const char* name : clearWrappers) {
        const auto wrapped = valueOf(*members, name);
        const auto inner = wrapped && hasFacts(around) ? asFields(*wrapped) : std::nullopt;
        if (!inner)
            continue;
        Opened original = open(*inner, depth + 1);
        if (!original.hasPayload)
            continue;
        completeFacts(opened.facts, around);
        completeFacts(opened.facts, original.facts);
        opened.fields = std::move(original.fields);
        return;
    }
}

void DeadEnvelope::openWrapped(Opened& opened, int depth) const
{
    for (const char* name : wrappers) {
        const auto wrapped = valueOf(opened.fields, name);
        const auto inner = wrapped ? asFields(*wrapped) : std::nullopt;
        if (!inner)
            continue;
        Opened original = open(*inner, depth + 1);
        if (!original.hasPayload)
            continue;
        completeFacts(opened.facts, original.facts);
        opened.fields = std::move(original.fields);
        opened.hasPayload = true;
        return;
    }
    if (depth == 0)
        takeForPayload(opened);
}

/// No original is wrapped in it: the consumer renamed the payload's field.
void DeadEnvelope::takeForPayload(Opened& opened) const
{
    for (const char* name : wrappers) {
        if (const auto value = valueOf(opened.fields, name)) {
            opened.fields.append({m_mapping.payloadField(), jsonWithout(*value, nestedFacts())});
            opened.hasPayload = true;
            return;
        }
    }
}

Message DeadEnvelope::messageOf(const Opened& opened, const BrokerTopic& origin) const
{
    const DeadFacts& facts = opened.facts;
    Message message =
        m_mapping.message(origin, facts.entry.value_or(EntryId::lowest()), opened.fields);
    if (m_mapping.usesEntryId() && !facts.entry)
        message.eventId = EventId(facts.entryText);
    return message;
}

DeadRecord DeadEnvelope::recordOf(const DeadPlace& place, Opened opened) const
{
    if (opened.facts.stream.isEmpty())
        opened.facts.stream = place.origin;
    DeadRecord record;
    record.message = messageOf(opened, opened.facts.stream);
    record.facts = std::move(opened.facts);
    return record;
}

DeadRecord DeadEnvelope::ofEntry(
    const DeadPlace& place, const EntryId& id, QList<Field> fields) const
{
    DeadRecord record = recordOf(place, open(fields, 0));
    record.id = id.bytes();
    // The server's clock when the consumer gave it up.
    if (!record.facts.diedAt)
        record.facts.diedAt = deadTimeOf(QByteArray::number(id.first));
    record.original.fields = std::move(fields);
    return record;
}

DeadRecord DeadEnvelope::ofElement(
    const DeadPlace& place, const QByteArray& bytes, const QByteArray& score) const
{
    const auto members = asFields(bytes);
    Opened opened = members ? open(*members, 0) : Opened();
    if (!opened.hasPayload)
        opened.fields.append({m_mapping.payloadField(), jsonWithout(bytes, nestedFacts())});
    DeadRecord record = recordOf(place, std::move(opened));
    record.id = digestOf(bytes);
    if (!record.facts.diedAt && !score.isEmpty())
        record.facts.diedAt = deadTimeOf(score);
    record.original.bytes = bytes;
    record.original.score = score;
    return record;
}

} // namespace outboard
