// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/deadcollector.h"

#include "brokers/broker.h"
#include "brokers/deadlettercontrol.h"
#include "outbox/deadrows.h"
#include "outbox/outboxstore.h"
#include "services/deaderror.h"
#include "services/deadletterof.h"
#include "text/format.h"

#include <QCoreApplication>
#include <QSet>

#include <algorithm>
#include <utility>
#include <vector>

namespace outboard {

namespace {

constexpr qint64 readPage = 500;
constexpr qint64 outboxPage = 1'000;
constexpr qint64 mostBytes = 256LL << 20;
/// Discovery does bounded work a call and goes on with the next one.
constexpr int discoveryCalls = 100;

Error stopped()
{
    return {
        Error::Kind::Cancelled,
        QCoreApplication::translate("outboard", "Stopped before all dead letters were read."),
        {}};
}

QString cannotRead(const QByteArray& place, const Error& error)
{
    return QCoreApplication::translate("outboard", "%1 could not be read: %2")
        .arg(format::oneLine(place), error.what);
}

} // namespace

DeadCollector::DeadCollector(const Profile& profile, OutboxStore* outbox, Broker& broker)
    : m_profile(profile)
    , m_outbox(outbox)
    , m_broker(broker)
{}

Result<DeadLetters> DeadCollector::collect(
    const DeadRequest& request, const ProgressFn& progress, const std::stop_token& stop)
{
    m_request = request;
    if (request.topicName && !request.topic)
        m_request.topic = m_broker.destination(*request.topicName);
    m_progress = progress;
    m_stop = stop;
    m_found = DeadLetters();
    m_bytes = 0;
    m_copies.clear();
    if (const auto done = collectFromBroker(); !done)
        return done.error();
    if (const auto done = addRows(); !done)
        return done.error();
    nameLostEntries();
    if (const auto filled = fillFromOutbox(); !filled)
        return filled.error();
    leaveOutTooOld();
    m_found.groups = groupDeadLetters(m_found.letters, m_found.at);
    return std::move(m_found);
}

Result<void> DeadCollector::checkStop() const
{
    return m_stop.stop_requested() ? Result<void>(stopped()) : Result<void>();
}

Result<QList<BrokerTopicState>> DeadCollector::topics()
{
    QList<TopicName> known;
    if (m_request.topic) {
        known.append(
            m_request.topicName.value_or(m_broker.topicOf(*m_request.topic).value_or(TopicName())));
    } else if (m_outbox) {
        const auto outbox = m_outbox->state();
        if (!outbox)
            m_found.outboxError = outbox.error();
        for (const OutboxTopicState& topic : outbox ? outbox->topics : QList<OutboxTopicState>())
            known.append(topic.topic);
    }
    auto state = m_broker.state(known);
    for (int i = 0; i < discoveryCalls && state && !state->topicsNote.isEmpty(); ++i) {
        if (const auto checked = checkStop(); !checked)
            return checked.error();
        state = m_broker.state(known);
    }
    if (!state)
        return state.error();
    m_found.at = state->at;
    if (!state->topicsNote.isEmpty())
        m_found.problems.append(state->topicsNote);
    return state->topics;
}

/// Dead-letter streams are no topics of their own: they stand for the one that they are named
/// after.
QList<BrokerTopic> DeadCollector::originsAmong(const QList<BrokerTopicState>& topics) const
{
    if (m_request.topic)
        return {*m_request.topic};
    QSet<BrokerTopic> seen;
    QList<BrokerTopic> origins;
    for (const BrokerTopicState& topic : topics) {
        const auto origin =
            m_broker.dead() ? m_broker.dead()->originOf(topic.name) : std::optional<BrokerTopic>();
        const BrokerTopic name = origin.value_or(topic.name);
        if (!seen.contains(name))
            origins.append(name);
        seen.insert(name);
    }
    std::ranges::sort(origins);
    return origins;
}

Result<void> DeadCollector::collectFromBroker()
{
    const auto states = topics();
    if (!states)
        return states.error();
    const QList<BrokerTopic> origins = originsAmong(*states);
    QList<DeadPlace> places;
    if (m_broker.dead()) {
        const auto found = m_broker.dead()->find(origins);
        if (!found)
            return found.error();
        places = *found;
    }
    const auto addPlacesOf = [&](const BrokerTopic& origin) -> Result<void> {
        for (const DeadPlace& place : std::as_const(places)) {
            if (place.origin != origin)
                continue;
            if (auto added = addPlace(*m_broker.dead(), place); !added)
                return added;
        }
        return {};
    };
    for (const BrokerTopic& origin : origins) {
        const auto state = std::ranges::find(*states, origin, &BrokerTopicState::name);
        if (state != states->end()) {
            if (auto added = addPending(*state); !added)
                return added;
        }
        if (auto added = addPlacesOf(origin); !added)
            return added;
    }
    return addPlacesOf(BrokerTopic());
}

Result<void> DeadCollector::addPlace(DeadLetterControl& control, const DeadPlace& place)
{
    if (!place.problem.isEmpty()) {
        if (!m_found.problems.contains(place.problem))
            m_found.problems.append(place.problem);
        return {};
    }
    std::optional<QByteArray> from;
    do {
        if (const auto checked = checkStop(); !checked)
            return checked;
        const auto page = control.page(place, from, readPage);
        if (!page && !m_broker.isUsable())
            return page.error();
        if (!page && page.error().kind == Error::Kind::Missing)
            return {};
        if (!page) {
            m_found.problems.append(cannotRead(place.name.bytes(), page.error()));
            return {};
        }
        for (const DeadRecord& record : page->records) {
            DeadLetter letter = deadLetterOf(record, place, m_broker);
            // Equal elements of a list are told apart by their number.
            if (const int copy = ++m_copies[letter.id]; copy > 1)
                letter.id.id += '/' + QByteArray::number(copy);
            if (!add(std::move(letter)))
                return {};
        }
        from = page->next;
    } while (from);
    return {};
}

Result<void> DeadCollector::addRows()
{
    DeadRows* rows = m_outbox && !m_found.outboxError ? m_outbox->dead() : nullptr;
    for (const DeadWhere kind : rows ? rows->kinds() : QList<DeadWhere>()) {
        const auto added = addRowsOf(*rows, kind);
        if (!added && added.error().kind == Error::Kind::Cancelled)
            return added;
        if (!added && !m_outbox->isUsable())
            m_found.outboxError = added.error();
        else if (!added)
            m_found.problems.append(cannotRead(rows->tableName(kind).toUtf8(), added.error()));
    }
    return {};
}

Result<void> DeadCollector::addRowsOf(DeadRows& rows, DeadWhere kind)
{
    const QByteArray table = rows.tableName(kind).toUtf8();
    std::optional<OutboxRowId> after;
    do {
        if (const auto checked = checkStop(); !checked)
            return checked;
        const auto page = rows.page(kind, after, outboxPage);
        if (!page)
            return page.error();
        for (const DeadRow& row : page->rows) {
            if (!add(deadLetterOf(row, kind, table, m_broker)))
                return {};
        }
        after = page->next;
    } while (after);
    return {};
}

bool DeadCollector::passes(const DeadLetter& letter) const
{
    const bool isOfTopic = (!m_request.topic || letter.stream == *m_request.topic)
                           && (!m_request.topicName || letter.topic == *m_request.topicName);
    const bool isOfGroup =
        m_request.group.isEmpty() || letter.group.isEmpty() || letter.group == m_request.group;
    const bool hasError = m_request.error.isEmpty()
                          || letter.error.contains(m_request.error, Qt::CaseInsensitive)
                          || letter.errorKind.contains(m_request.error, Qt::CaseInsensitive);
    return isOfTopic && isOfGroup && hasError;
}

bool DeadCollector::add(DeadLetter letter)
{
    letter.errorKind = errorKindOf(letter.error);
    if (!passes(letter))
        return m_found.isWhole;
    const auto size = [](const QByteArray& bytes) { return qint64(bytes.size()); };
    m_bytes += size(letter.payload.value_or(QByteArray())) + size(letter.original.bytes);
    if (m_found.letters.size() >= m_request.limit || m_bytes > mostBytes) {
        if (std::exchange(m_found.isWhole, false)) {
            m_found.problems.append(
                QCoreApplication::translate(
                    "outboard",
                    "There are more dead letters than the %1 that were read. Choose a topic, a "
                    "group or an error to see the others.")
                    .arg(format::number(m_found.letters.size())));
        }
        return false;
    }
    m_found.letters.append(std::move(letter));
    if (m_progress && m_found.letters.size() % readPage == 0)
        m_progress(m_found.letters.size(), std::nullopt);
    return true;
}

/// The pending list holds no event id, but a copy of the same entry may lie somewhere else.
void DeadCollector::nameLostEntries()
{
    QHash<std::pair<QByteArray, EntryId>, EventId> names;
    for (const DeadLetter& letter : std::as_const(m_found.letters)) {
        if (letter.entry && !letter.eventId.isEmpty())
            names.insert({letter.stream.bytes(), *letter.entry}, letter.eventId);
    }
    for (DeadLetter& letter : m_found.letters) {
        if (letter.id.where == DeadWhere::EntryGone && letter.eventId.isEmpty())
            letter.eventId = names.value({letter.stream.bytes(), *letter.entry});
    }
}

Result<void> DeadCollector::fillFromOutbox()
{
    QHash<EventId, QList<qsizetype>> wanted;
    for (qsizetype i = 0; i < m_found.letters.size(); ++i) {
        const DeadLetter& letter = m_found.letters.at(i);
        if (!letter.payload && !letter.eventId.isEmpty())
            wanted[letter.eventId].append(i);
    }
    const QList<EventId> ids = wanted.keys();
    for (qsizetype at = 0; at < ids.size() && m_outbox && !m_found.outboxError; at += outboxPage) {
        if (const auto checked = checkStop(); !checked)
            return checked;
        const auto rows = m_outbox->rowsOfEvents(ids.mid(at, outboxPage));
        if (!rows) {
            m_found.outboxError = rows.error();
            return {};
        }
        for (const OutboxRow& row : *rows) {
            for (const qsizetype i : wanted.value(row.eventId))
                completeFromOutbox(m_found.letters[i], row);
        }
    }
    return {};
}

void DeadCollector::leaveOutTooOld()
{
    if (!m_request.since)
        return;
    qsizetype timeless = 0;
    m_found.letters.removeIf([&](const DeadLetter& letter) {
        timeless += letter.diedAt ? 0 : 1;
        return !letter.diedAt || *letter.diedAt < m_found.at - *m_request.since;
    });
    if (timeless > 0) {
        m_found.problems.append(
            QCoreApplication::translate(
                "outboard", "%1 dead letters whose time is not known were left out.")
                .arg(format::number(timeless)));
    }
}

} // namespace outboard
