// SPDX-License-Identifier: GPL-3.0-or-later
// The part of DeadDiscard that moves letters at the servers.
#include "brokers/broker.h"
#include "brokers/deadlettercontrol.h"
#include "outbox/deadrows.h"
#include "outbox/outboxstore.h"
#include "services/chunkedpending.h"
#include "services/deaddiscard.h"
#include "services/deaddiscard_p.h"
#include "text/format.h"

#include <QCoreApplication>
#include <QHash>

#include <algorithm>

namespace outboard {

using namespace Qt::StringLiterals;
using namespace dead;

namespace {

using Kind = DeadMove::Kind;

QString tr(const char* text)
{
    return QCoreApplication::translate("outboard", text);
}

DeadPlace placeOf(const DeadLetter& letter)
{
    DeadPlace place;
    place.name = BrokerTopic(letter.id.place);
    place.kind = letter.id.where;
    place.origin = letter.stream;
    return place;
}

DeadElement elementOf(const DeadLetter& letter, bool mayBeThere = false)
{
    return {letter.id.id, letter.original, mayBeThere};
}

PendingEntry pendingOf(const DeadLetter& letter)
{
    PendingEntry entry;
    entry.id = letter.entry.value_or(EntryId());
    entry.consumer = letter.original.consumer;
    entry.deliveries = letter.deliveries.value_or(1);
    return entry;
}

std::vector<PendingEntry> pendingOf(const QList<DeadLetter>& letters)
{
    std::vector<PendingEntry> entries;
    for (const DeadLetter& letter : letters)
        entries.push_back(pendingOf(letter));
    return entries;
}

std::vector<DeadElement> elementsOf(const QList<DeadLetter>& letters)
{
    std::vector<DeadElement> elements;
    for (const DeadLetter& letter : letters)
        elements.push_back(elementOf(letter));
    return elements;
}

std::vector<EntryId> entriesOf(const QList<DeadLetter>& letters)
{
    std::vector<EntryId> ids;
    for (const DeadLetter& letter : letters)
        ids.push_back(letter.entry.value_or(EntryId()));
    return ids;
}

std::vector<DeadMove> allRefused(qsizetype count, const Error& error)
{
    DeadMove move;
    move.kind = Kind::Refused;
    move.error = error;
    return std::vector<DeadMove>(size_t(count), move);
}

Error noDeadPlaces()
{
    return {
        Error::Kind::Refused,
        tr("This broker keeps no dead letters that could be removed or put back."),
        {}};
}

Error noDeadRows()
{
    return {
        Error::Kind::Refused,
        tr("The outbox cannot be reached, or the profile no longer names its dead rows."),
        {}};
}

Error notAStream(const BrokerTopic& place)
{
    return {
        Error::Kind::Refused,
        tr("%1 is no stream, so the entries cannot be put there. They stay discarded here.")
            .arg(format::oneLine(place.bytes())),
        {}};
}

} // namespace

DeadDiscard::Moves DeadDiscard::removeAll(
    const QList<DeadLetter>& letters, const std::stop_token& stop)
{
    const DeadLetter& first = letters.first();
    if (isPending(first))
        return acknowledge(letters, stop);
    if (isRow(first)) {
        DeadRows* rows = m_outbox ? m_outbox->dead() : nullptr;
        return rows && rows->kinds().contains(first.id.where)
                   ? rows->remove(first.id.where, elementsOf(letters))
                   : allRefused(letters.size(), noDeadRows());
    }
    DeadLetterControl* control = m_broker.dead();
    return control ? control->remove(placeOf(first), elementsOf(letters), stop)
                   : allRefused(letters.size(), noDeadPlaces());
}

DeadDiscard::Moves DeadDiscard::acknowledge(
    const QList<DeadLetter>& letters, const std::stop_token& stop)
{
    const DeadLetter& first = letters.first();
    const auto report =
        acknowledgeInChunks(m_broker, first.stream, first.id.group, entriesOf(letters), {}, stop);
    if (!report)
        return allRefused(letters.size(), report.error());
    QHash<EntryId, Kind> kinds;
    const auto note = [&kinds](const std::vector<EntryId>& ids, Kind kind) {
        for (const EntryId& id : ids)
            kinds.insert(id, kind);
    };
    note(report->acknowledged, Kind::Done);
    note(report->notPending, Kind::NotThere);
    note(report->refused, Kind::Refused);
    note(report->notTried, Kind::NotTried);
    note(report->unknown, Kind::Unknown);
    Moves moves;
    for (const DeadLetter& letter : letters) {
        DeadMove move;
        move.kind = kinds.value(letter.entry.value_or(EntryId()), Kind::NotTried);
        if (move.kind != Kind::Done && move.kind != Kind::NotThere)
            move.error = report->error;
        moves.push_back(move);
    }
    return moves;
}

DeadDiscard::Moves DeadDiscard::putBackAll(
    const QList<DiscardedLetter>& rows, const std::stop_token& stop)
{
    const DeadLetter& first = rows.first().letter;
    if (isPending(first))
        return putBackPending(rows, stop);
    std::vector<DeadElement> elements;
    for (const DiscardedLetter& row : rows)
        elements.push_back(elementOf(row.letter, mayBeThere(row)));
    if (isRow(first)) {
        DeadRows* dead = m_outbox ? m_outbox->dead() : nullptr;
        return dead && dead->kinds().contains(first.id.where)
                   ? dead->putBack(first.id.where, elements)
                   : allRefused(rows.size(), noDeadRows());
    }
    DeadLetterControl* control = m_broker.dead();
    return control ? control->putBack(placeOf(first), elements, stop)
                   : allRefused(rows.size(), noDeadPlaces());
}

DeadDiscard::Moves DeadDiscard::putBackPending(
    const QList<DiscardedLetter>& rows, const std::stop_token& stop)
{
    DeadLetterControl* control = m_broker.dead();
    if (!control)
        return allRefused(rows.size(), noDeadPlaces());
    std::vector<PendingEntry> entries;
    for (const DiscardedLetter& row : rows)
        entries.push_back(pendingOf(row.letter));
    const DeadLetter& first = rows.first().letter;
    Moves moves = control->putBackPending(first.stream, first.id.group, entries, stop);
    QList<DiscardedLetter> lost;
    std::vector<size_t> positions;
    for (size_t i = 0; i < moves.size(); ++i) {
        if (moves[i].kind != Kind::NotThere)
            continue;
        lost.append(rows.at(qsizetype(i)));
        positions.push_back(i);
    }
    if (lost.isEmpty())
        return moves;
    const Moves moved = putInDeadPlace(lost, stop);
    for (size_t i = 0; i < positions.size(); ++i)
        moves[positions[i]] = moved[i];
    return moves;
}

DeadDiscard::Moves DeadDiscard::putInDeadPlace(
    const QList<DiscardedLetter>& rows, const std::stop_token& stop)
{
    DeadLetterControl& control = *m_broker.dead();
    const BrokerTopic stream = rows.first().letter.stream;
    DeadPlace place;
    place.name = control.placeFor(stream);
    place.origin = stream;
    const auto known = control.find(std::span(&stream, 1));
    if (!known)
        return allRefused(rows.size(), known.error());
    const auto there = std::ranges::find(*known, place.name, &DeadPlace::name);
    if (there != known->end() && (there->kind != DeadWhere::Stream || !there->problem.isEmpty()))
        return allRefused(rows.size(), notAStream(place.name));
    std::vector<DeadElement> elements;
    for (const DiscardedLetter& row : rows) {
        DeadElement element = elementOf(row.letter, mayBeThere(row));
        element.original.fields = fieldsForDeadPlace(row.letter);
        elements.push_back(element);
    }
    Moves moves = control.putBack(place, elements, stop);
    for (DeadMove& move : moves) {
        if (move.kind == Kind::Done || move.kind == Kind::AlreadyThere)
            move.became = place.name.text() + u' ' + move.became;
    }
    return moves;
}

/// The entry as it was, or what is known of it, and where it came from.
QList<Field> DeadDiscard::fieldsForDeadPlace(const DeadLetter& letter) const
{
    QList<Field> fields = letter.original.fields;
    const auto add = [&fields](const QByteArray& name, const QByteArray& value) {
        if (!value.isEmpty() && std::ranges::find(fields, name, &Field::name) == fields.end())
            fields.append({name, value});
    };
    if (fields.isEmpty()) {
        add(m_profile.broker.payload.toUtf8(), letter.payload.value_or(QByteArray()));
        add("event_id"_ba, letter.eventId.bytes());
        add("topic"_ba, letter.topic.bytes());
    }
    add("original_stream"_ba, letter.stream.bytes());
    add("original_id"_ba, letter.entry ? letter.entry->bytes() : QByteArray());
    add("group"_ba, letter.group.bytes());
    add("consumer"_ba, letter.original.consumer.bytes());
    add("error"_ba, letter.error.toUtf8());
    if (letter.deliveries)
        add("delivery_count"_ba, QByteArray::number(*letter.deliveries));
    if (letter.diedAt)
        add("failed_at"_ba, isoText(*letter.diedAt).toLatin1());
    return fields;
}

QStringList DeadDiscard::discardCommands(const QList<DeadLetter>& letters) const
{
    QStringList commands;
    for (const QList<DeadLetter>& part : parts(letters)) {
        const DeadLetter& first = part.first();
        DeadRows* rows = m_outbox ? m_outbox->dead() : nullptr;
        if (isPending(first) && m_broker.pending())
            commands += m_broker.pending()->acknowledgeCommands(
                first.stream, first.id.group, entriesOf(part));
        else if (isRow(first) && rows)
            commands += rows->removeSql(first.id.where, elementsOf(part));
        else if (!isRow(first) && m_broker.dead())
            commands += m_broker.dead()->removeCommands(placeOf(first), elementsOf(part));
    }
    return commands;
}

QStringList DeadDiscard::restoreCommands(const QList<DeadLetter>& letters) const
{
    QStringList commands;
    for (const QList<DeadLetter>& part : parts(letters)) {
        const DeadLetter& first = part.first();
        DeadRows* rows = m_outbox ? m_outbox->dead() : nullptr;
        if (isRow(first) && rows)
            commands += rows->putBackSql(first.id.where, elementsOf(part));
        else if (isPending(first) && m_broker.dead())
            commands += m_broker.dead()->putBackPendingCommands(
                first.stream, first.id.group, pendingOf(part));
        else if (!isRow(first) && m_broker.dead())
            commands += m_broker.dead()->putBackCommands(placeOf(first), elementsOf(part));
    }
    return commands;
}

} // namespace outboard
