// SPDX-License-Identifier: GPL-3.0-or-later
// The part of the proposals that reads the streams' entries.
#include "brokers/deadnames.h"
#include "brokers/jsonpath.h"
#include "outbox/outboxpresets.h"
#include "services/mapping/mappingproposer.h"

#include <QCoreApplication>
#include <QHash>
#include <QMap>

#include <algorithm>
#include <span>
#include <utility>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("outboard", text);
}

/// Braces that belong to a stream's name are doubled in a template.
QString escaped(const QByteArray& text)
{
    return QString::fromUtf8(text).replace(u"{"_s, u"{{"_s).replace(u"}"_s, u"}}"_s);
}

/// What stands before and after a topic in a stream's name.
using Affixes = std::pair<QByteArray, QByteArray>;

/// Every pair that the streams' names have, with the topics that it explains.
QMap<Affixes, QSet<QByteArray>> affixesOf(
    const QList<SampledStream>& streams, const QSet<QByteArray>& topics)
{
    QMap<Affixes, QSet<QByteArray>> found;
    for (const SampledStream& stream : streams) {
        for (const QByteArray& topic : topics) {
            const qsizetype at = topic.isEmpty() ? -1 : stream.name.bytes().indexOf(topic);
            if (at >= 0)
                found[{stream.name.bytes().left(at), stream.name.bytes().mid(at + topic.size())}]
                    .insert(topic);
        }
    }
    return found;
}

void addTemplate(
    const QList<SampledStream>& streams, const QSet<QByteArray>& topics, BrokerProposal& proposal)
{
    const auto affixes = affixesOf(streams, topics);
    auto best = affixes.cend();
    const auto length = [](const auto& it) {
        return it.key().first.size() + it.key().second.size();
    };
    for (auto it = affixes.cbegin(); it != affixes.cend(); ++it) {
        const bool isBetter = best == affixes.cend() || it->size() > best->size()
                              || (it->size() == best->size() && length(it) < length(best));
        if (isBetter)
            best = it;
    }
    if (best != affixes.cend()) {
        proposal.settings.stream =
            escaped(best.key().first) + u"{topic}"_s + escaped(best.key().second);
        proposal.reasons << tr("%1 of %2 topics have a stream named %3")
                                .arg(best->size())
                                .arg(topics.size())
                                .arg(proposal.settings.stream);
    } else if (streams.size() == 1) {
        proposal.settings.stream = escaped(streams.first().name.bytes());
        proposal.reasons << tr("there is one stream, %1, and no topic is part of its name")
                                .arg(streams.first().name.text());
    } else {
        proposal.doubts
            << (streams.isEmpty() ? tr("No stream exists yet: that each is named as its topic is a "
                                       "guess.")
                                  : tr("No stream is named after a topic of the outbox."));
    }
}

/// The streams that the template names.
QList<SampledStream> namedBy(
    const QString& text, const QList<SampledStream>& streams, const QSet<QByteArray>& topics)
{
    if (streams.size() <= 1 || !text.contains(u"{topic}"))
        return streams;
    QList<SampledStream> named;
    for (const SampledStream& stream : streams) {
        if (std::ranges::any_of(topics, [&](const QByteArray& topic) {
                return !topic.isEmpty() && stream.name.bytes().contains(topic);
            }))
            named << stream;
    }
    return named.isEmpty() ? streams : named;
}

/// A place in an entry that could hold the event id.
struct Place
{
    qsizetype entries = 0;
    QSet<QByteArray> values;
};

using Places = QMap<QString, Place>;

void addPlace(Places& places, const QString& name, const QByteArray& value)
{
    if (value.isEmpty() || value.size() > 200)
        return;
    Place& place = places[name];
    ++place.entries;
    place.values.insert(value);
}

void addMembers(Places& places, const QString& before, const QByteArray& json, int depth)
{
    const auto members = jsonMembers(json);
    if (!members)
        return;
    for (const JsonMember& member : *members) {
        const QString name = before + u'.' + QString::fromUtf8(member.name);
        if (member.isObject && depth > 1)
            addMembers(places, name, member.value, depth - 1);
        else if (!member.isObject && !member.isNull)
            addPlace(places, name, member.value);
    }
}

Places placesOf(const QList<QList<Field>>& entries)
{
    Places places;
    for (const QList<Field>& fields : entries) {
        for (const Field& field : fields) {
            const QString name = QString::fromUtf8(field.name);
            if (jsonMembers(field.value))
                addMembers(places, name, field.value, 2);
            else
                addPlace(places, name, field.value);
        }
    }
    return places;
}

/// How much a name says "this is the event's id"; 0: nothing.
int nameWeight(const QString& place)
{
    const QString last = mapping::plainName(place.section(u'.', -1)).remove(u'-');
    static const QStringList strong{
        u"eventid"_s,
        u"messageid"_s,
        u"msgid"_s,
        u"eventuuid"_s,
        u"ceid"_s,
        u"capmsgid"_s,
        u"dopmsgid"_s,
        u"idempotencykey"_s};
    if (strong.contains(last))
        return 3;
    if (last == u"id" || last == u"uuid")
        return 2;
    return last.endsWith(u"id") ? 1 : 0;
}

qsizetype shared(const QSet<QByteArray>& a, const QSet<QByteArray>& b)
{
    return std::ranges::count_if(a, [&](const QByteArray& value) { return b.contains(value); });
}

struct Ids
{
    QSet<QByteArray> ofOutbox;
    QSet<QByteArray> ofLedgers;
};

/// The place whose values are known as event ids; by its name alone where none is.
void addEventId(const QList<QList<Field>>& entries, const Ids& ids, BrokerProposal& proposal)
{
    const Places places = placesOf(entries);
    QString best;
    qsizetype bestScore = 0;
    for (auto it = places.cbegin(); it != places.cend(); ++it) {
        const int weight = nameWeight(it.key());
        const qsizetype known =
            shared(it->values, ids.ofLedgers) + shared(it->values, ids.ofOutbox);
        // Small numbers are everywhere: they count only where the name says that they are ids.
        const qsizetype score = weight == 0 ? 0 : known * 10 + (weight > 1 ? weight : 0);
        if (score > bestScore) {
            best = it.key();
            bestScore = score;
        }
    }
    if (best.isEmpty()) {
        proposal.settings.eventId = u"@entry_id"_s;
        if (!entries.isEmpty())
            proposal.doubts << tr("No entry holds an event id that the outbox or a ledger knows: "
                                  "the entry's own id is used.");
        return;
    }
    const QSet<QByteArray>& values = places.value(best).values;
    proposal.settings.eventId = best;
    const qsizetype known = std::max(shared(values, ids.ofLedgers), shared(values, ids.ofOutbox));
    if (known > 0)
        proposal.reasons << tr("%1 of %2 values of %3 are event ids of the outbox or a ledger")
                                .arg(known)
                                .arg(values.size())
                                .arg(best);
    else
        proposal.doubts << tr("%1 is named as an event id, but none of its values is known to the "
                              "outbox or a ledger.")
                               .arg(best);
}

void addPayload(const QList<QList<Field>>& entries, BrokerProposal& proposal)
{
    QHash<QByteArray, qsizetype> seen;
    for (const QList<Field>& fields : entries) {
        for (const Field& field : fields)
            ++seen[field.name];
    }
    const QByteArrayList usual{
        "data", "payload", "body", "envelope", "message", "event", "value", "content"};
    for (const QByteArray& name : usual) {
        if (seen.value(name) > 0) {
            proposal.settings.payload = QString::fromUtf8(name);
            proposal.reasons << tr("%1 of %2 entries have a field %3")
                                    .arg(seen.value(name))
                                    .arg(entries.size())
                                    .arg(proposal.settings.payload);
            return;
        }
    }
    for (const QList<Field>& fields : entries) {
        for (const Field& field : fields) {
            if (fields.size() > 1 && !jsonMembers(field.value))
                continue;
            proposal.settings.payload = QString::fromUtf8(field.name);
            proposal.doubts << tr("Field %1 is taken for the payload, because it is the only one "
                                  "or holds JSON.")
                                   .arg(proposal.settings.payload);
            return;
        }
    }
}

/// The rule by which places of dead letters are named after their streams.
void addDead(const MappingEvidence& evidence, BrokerProposal& proposal)
{
    for (const SampledStream& stream : evidence.broker.streams) {
        if (!evidence.isDeadStream(stream.name))
            continue;
        const auto origin = DeadNames(QString()).originOf(stream.name);
        const qsizetype at = stream.name.bytes().indexOf(origin->bytes());
        proposal.settings.dead =
            QString::fromUtf8(stream.name.bytes().left(at)) + u"{stream}"_s
            + QString::fromUtf8(stream.name.bytes().mid(at + origin->bytes().size()));
        proposal.reasons << tr("stream %1 holds dead letters").arg(stream.name.text());
        return;
    }
}

QSet<QByteArray> valuesOf(
    const MappingEvidence& evidence, const OutboxSettings& outbox, const QString& column)
{
    const SampledTable* table = mapping::outboxTable(evidence, outbox);
    return table ? mapping::mappedValues(*table, column) : QSet<QByteArray>();
}

} // namespace

BrokerProposal proposeMessages(
    const MappingEvidence& evidence, const OutboxSettings& outbox, const BrokerSettings& broker)
{
    BrokerProposal proposal;
    proposal.settings = broker;
    const auto complete = withPreset(outbox);
    if (!complete)
        return proposal;
    const OutboxColumns& columns = complete->settings.columns;
    const QSet<QByteArray> topics = valuesOf(evidence, complete->settings, columns.topic);
    const QList<SampledStream> streams = evidence.eventStreams();
    addTemplate(streams, topics, proposal);
    QList<QList<Field>> entries;
    for (const SampledStream& stream : namedBy(proposal.settings.stream, streams, topics))
        entries += stream.entries;
    if (!entries.isEmpty()) {
        addPayload(entries, proposal);
        addEventId(
            entries,
            {valuesOf(evidence, complete->settings, columns.eventId), mapping::ledgerIds(evidence)},
            proposal);
    }
    addDead(evidence, proposal);
    if (!evidence.broker.note.isEmpty())
        proposal.doubts << evidence.broker.note;
    proposal.title = proposal.settings.stream;
    return proposal;
}

OutboxProposal alignedWith(
    const OutboxProposal& outbox, const MappingEvidence& evidence, const BrokerSettings& broker)
{
    OutboxProposal aligned = outbox;
    const auto complete = withPreset(outbox.settings);
    const QString prefix = broker.payload + u'.';
    if (!complete || !broker.eventId.startsWith(prefix))
        return aligned;
    const SampledTable* table = mapping::outboxTable(evidence, outbox.settings);
    const OutboxColumns& columns = complete->settings.columns;
    const QString inside = columns.payload + u'.' + broker.eventId.mid(prefix.size());
    if (table && !table->rows.isEmpty() && mapping::mappedValues(*table, inside).isEmpty())
        aligned.doubts << tr("The entries hold the event id in %1, the payloads of the outbox do "
                             "not: an entry that Outboard relays has it in a field event_id.")
                              .arg(broker.eventId);
    const PgColumn* payload = table ? table->table().column(columns.payload) : nullptr;
    const QSet<QByteArray> ids = mapping::ledgerIds(evidence);
    const bool isJson = payload && payload->kind == PgKind::Json;
    if (!isJson || shared(mapping::mappedValues(*table, inside), ids) == 0
        || shared(mapping::mappedValues(*table, columns.eventId), ids) > 0)
        return aligned;
    aligned.settings.columns.eventId = inside;
    aligned.reasons
        << tr("ledgers know the events by %1, not by column %2").arg(inside, columns.eventId);
    return aligned;
}

} // namespace outboard
