// SPDX-License-Identifier: GPL-3.0-or-later
// The part of Tracer that finds out which event is meant, and what the outbox and the journal tell.
#include "services/tracer.h"

#include "brokers/broker.h"
#include "outbox/outboxstore.h"
#include "store/journal.h"
#include "text/format.h"

#include <QCoreApplication>
#include <QSet>

#include <algorithm>
#include <tuple>
#include <utility>

namespace outboard {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr qint64 mostActions = 200;
constexpr qint64 rowsOfPayload = 20;
/// Below it, nobody can tell clocks that disagree from the way of the two questions.
constexpr Microseconds noticedSkew = 2s;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(outboard)
};

bool isReplay(const JournalEntry& entry)
{
    return entry.action == u"replay"_s || entry.action == u"resume"_s;
}

} // namespace

Tracer::Tracer(const Profile& profile, TraceSources sources)
    : m_profile(profile)
    , m_sources(std::move(sources))
{}

Result<Trace> Tracer::run(const TraceRequest& request, const std::stop_token& stop)
{
    m_trace.request = request;
    m_stop = stop;
    if (!m_sources.outbox && !m_sources.broker)
        return m_sources.outbox.error();
    using Part = Result<void> (Tracer::*)();
    if (const auto found = lookUp(request.what); !found)
        return found.error();
    for (const Part part :
         {&Tracer::lookAtServers, &Tracer::identifyByEntry, &Tracer::identifyByPayload}) {
        if (const auto done = (this->*part)(); !done)
            return done.error();
    }
    if (m_trace.eventId.isEmpty())
        m_trace.eventId = EventId(request.what);
    addRows();
    readJournal();
    for (const Part part : {&Tracer::findCopies, &Tracer::addDead}) {
        if (const auto done = (this->*part)(); !done)
            return done.error();
    }
    addLedgers();
    addJournalOfEntries();
    addJournal();
    arrange();
    return std::move(m_trace);
}

Result<void> Tracer::checkStop() const
{
    if (!m_stop.stop_requested())
        return {};
    return Error{Error::Kind::Cancelled, Text::tr("Stopped before everything was looked at."), {}};
}

void Tracer::note(const QString& place, const Error& error)
{
    m_trace.notes << Text::tr("%1 could not be looked into: %2").arg(place, error.what);
}

void Tracer::add(TraceStep step, const std::optional<TimePoint>& order)
{
    m_steps.push_back({std::move(step), order});
}

/// Rows of the event with this id; what another id leads to is traced by its event.
Result<void> Tracer::lookUp(const QByteArray& id)
{
    if (!m_sources.outbox) {
        note(Text::tr("The outbox"), m_sources.outbox.error());
        return {};
    }
    auto found = (*m_sources.outbox)->lookUp(id);
    if (!found)
        return found.error();
    take(found->rows);
    if (!m_rows.isEmpty() && m_trace.eventId.bytes() != id) {
        auto all = (*m_sources.outbox)->lookUp(m_trace.eventId.bytes());
        if (!all)
            return all.error();
        if (!all->rows.isEmpty())
            take(all->rows);
    }
    if (!found->note.isEmpty())
        m_trace.notes << found->note;
    return {};
}

/// The first row's event; rows of other events are named.
void Tracer::take(const QList<OutboxRow>& rows)
{
    if (rows.isEmpty())
        return;
    m_trace.eventId = rows.first().eventId;
    m_rows.clear();
    for (const OutboxRow& row : rows) {
        if (row.eventId == m_trace.eventId)
            m_rows.append(row);
        else if (!m_trace.others.contains(row.eventId))
            m_trace.others.append(row.eventId);
    }
    m_trace.payload = m_rows.first().payload;
}

Result<void> Tracer::lookAtServers()
{
    QSet<TopicName> topics;
    for (const OutboxRow& row : std::as_const(m_rows))
        topics.insert(row.topic);
    std::optional<TimePoint> at;
    if (m_sources.outbox) {
        const auto outbox = (*m_sources.outbox)->state();
        if (!outbox)
            return outbox.error();
        for (const OutboxTopicState& topic : outbox->topics)
            topics.insert(topic.topic);
        at = outbox->at;
    }
    if (!m_sources.broker) {
        note(Text::tr("The broker"), m_sources.broker.error());
        return {};
    }
    auto state = (*m_sources.broker)->state(topics.values());
    if (!state)
        return state.error();
    m_state = std::move(*state);
    const Microseconds skew = at ? m_state.at - *at : Microseconds(0);
    if (std::chrono::abs(skew) < noticedSkew)
        return {};
    m_skew = skew;
    m_trace.notes << Text::tr("The clocks of broker and database disagree by %1: times are those "
                              "of each server.")
                         .arg(format::duration(
                             std::chrono::floor<Milliseconds>(std::chrono::abs(skew))));
    return {};
}

Result<void> Tracer::identifyByEntry()
{
    const QByteArray& what = m_trace.request.what;
    const auto entry = what.contains('-') ? EntryId::parse(what) : std::nullopt;
    if (!m_trace.eventId.isEmpty() || !entry || !m_sources.broker)
        return {};
    for (const BrokerTopicState& stream : std::as_const(m_state.topics)) {
        if (const auto checked = checkStop(); !checked)
            return checked;
        if (!stream.problem.isEmpty())
            continue;
        const auto messages = (*m_sources.broker)->fetch(stream.name, std::span(&*entry, 1));
        if (!messages)
            return messages.error();
        for (const Message& message : *messages) {
            if (message.eventId.isEmpty())
                continue;
            if (m_trace.eventId.isEmpty())
                m_trace.eventId = message.eventId;
            else if (message.eventId != m_trace.eventId)
                m_trace.others.append(message.eventId);
        }
    }
    // A copy: the rows' own ids are taken over.
    const QByteArray event = m_trace.eventId.bytes();
    return event.isEmpty() || !m_sources.outbox ? Result<void>() : lookUp(event);
}

Result<void> Tracer::identifyByPayload()
{
    if (!m_trace.eventId.isEmpty() || !m_sources.outbox)
        return {};
    OutboxFilter filter;
    filter.payloadText = QString::fromUtf8(m_trace.request.what);
    filter.payloadBytes = 0;
    const auto page = (*m_sources.outbox)->page(filter, {}, rowsOfPayload);
    // It may take too long where no index helps.
    if (!page && (page.error().kind != Error::Kind::Timeout || !(*m_sources.outbox)->isUsable()))
        return page.error();
    if (!page) {
        note(Text::tr("The payloads of the outbox"), page.error());
        return {};
    }
    take(page->rows);
    if (m_rows.isEmpty() && !page->note.isEmpty())
        m_trace.notes << page->note;
    if (!m_rows.isEmpty())
        m_trace.notes << Text::tr("It was found by its payload; the newest such event is shown.");
    return {};
}

void Tracer::addRows()
{
    const auto rowStep = [](const OutboxRow& row, TraceWhat what, const QString& detail) {
        TraceStep step;
        step.what = what;
        step.where = Text::tr("row %1").arg(format::oneLine(row.id.bytes()));
        step.row = row.id;
        step.detail = detail;
        return step;
    };
    for (const OutboxRow& row : std::as_const(m_rows)) {
        TraceStep committed = rowStep(
            row,
            TraceWhat::Committed,
            Text::tr("Topic %1, %2.")
                .arg(format::oneLine(row.topic.bytes()), format::bytes(row.payloadBytes)));
        committed.at = row.createdAt;
        add(committed, row.createdAt.value_or(TimePoint()));
        if (row.state == RowState::Dead)
            add(rowStep(row, TraceWhat::RowDead, Text::tr("The row is marked as failed.")), {});
        if (row.state == RowState::Unpublished || row.state == RowState::InFlight)
            add(rowStep(row, TraceWhat::Waiting, Text::tr("The row is not published.")), {});
        if (row.state != RowState::Published && !row.publishedAt)
            continue;
        TraceStep relayed =
            rowStep(row, TraceWhat::Relayed, Text::tr("The row is marked as published."));
        relayed.at = row.publishedAt;
        add(relayed, row.publishedAt ? row.publishedAt : row.createdAt);
    }
}

/// Before the streams are searched: where it was replayed there are more copies.
void Tracer::readJournal()
{
    if (!m_sources.journal) {
        note(Text::tr("The journal"), m_sources.journal.error());
        return;
    }
    const auto entries = (*m_sources.journal)->involving(m_trace.eventId.bytes(), mostActions);
    if (!entries) {
        note(Text::tr("The journal"), entries.error());
        return;
    }
    std::ranges::copy_if(*entries, std::back_inserter(m_journal), [&](const JournalEntry& entry) {
        return entry.profile == m_profile.name;
    });
}

/// What was done to its entries by their own ids, which are only unique in their stream.
void Tracer::addJournalOfEntries()
{
    if (!m_sources.journal)
        return;
    for (auto it = m_copies.cbegin(); it != m_copies.cend(); ++it) {
        for (const EntryId& id : it.value()) {
            const auto entries = (*m_sources.journal)->involving(id.bytes(), mostActions);
            for (const JournalEntry& entry : entries.value_or(QList<JournalEntry>())) {
                const bool isHere =
                    entry.profile == m_profile.name && entry.place.startsWith(it.key().text());
                if (isHere && !m_journal.contains(entry))
                    m_journal.append(entry);
            }
        }
    }
}

void Tracer::addJournal()
{
    for (const JournalEntry& entry : std::as_const(m_journal)) {
        TraceStep step;
        step.at = entry.at;
        step.what = isReplay(entry) ? TraceWhat::Replayed : TraceWhat::Action;
        step.where = entry.place;
        const QString result =
            entry.result.isEmpty() ? journalStateName(entry.state) : entry.result;
        step.detail =
            Text::tr("%1 by %2: %3").arg(journalActionTitle(entry.action), entry.who, result);
        add(step, entry.at);
    }
}

/// The times at which entries of it may have been added, by the broker's clock, the likeliest
/// first.
std::vector<TimePoint> Tracer::moments() const
{
    std::vector<TimePoint> times;
    for (const OutboxRow& row : m_rows) {
        if (row.publishedAt)
            times.push_back(*row.publishedAt + m_skew);
    }
    for (const JournalEntry& entry : m_journal)
        times.push_back(entry.at + m_skew);
    for (const OutboxRow& row : m_rows) {
        if (row.createdAt)
            times.push_back(*row.createdAt + m_skew);
    }
    return times;
}

/// Sorted by time; what happened at the same time by what it is; then how things stand now. An
/// event that nobody knows has no timeline.
void Tracer::arrange()
{
    const auto speaksOfIt = [](const Placed& placed) {
        return placed.step.what != TraceWhat::NotProcessed
               && placed.step.what != TraceWhat::LedgerUnknown;
    };
    if (std::ranges::none_of(m_steps, speaksOfIt)) {
        m_trace.eventId = {};
        return;
    }
    std::ranges::stable_sort(m_steps, [](const Placed& a, const Placed& b) {
        if (!a.order || !b.order)
            return a.order.has_value() > b.order.has_value();
        return std::tie(*a.order, a.step.what) < std::tie(*b.order, b.step.what);
    });
    for (Placed& placed : m_steps)
        m_trace.steps.append(std::move(placed.step));
}

} // namespace outboard
