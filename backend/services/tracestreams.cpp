// SPDX-License-Identifier: GPL-3.0-or-later
// The part of Tracer that searches streams, and tells how each group stands with what it finds.
#include "brokers/broker.h"
#include "brokers/deadlettercontrol.h"
#include "services/pendinglookup.h"
#include "services/tracer.h"
#include "text/format.h"

#include <QCoreApplication>

#include <algorithm>
#include <utility>

namespace outboard {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr qint64 entriesPerPage = 500;
/// Entries of the event's own stream, and of each other one, at the first reach.
constexpr qint64 ownBudget = 20'000;
constexpr qint64 otherBudget = 2'000;
constexpr qint64 mostEntries = 5'000'000;
constexpr qsizetype mostStreams = 20;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(outboard)
};

EntryId entryAt(TimePoint time, quint64 sequence)
{
    const auto ms = std::chrono::floor<Milliseconds>(time.time_since_epoch()).count();
    return {quint64(std::max<qint64>(ms, 0)), sequence};
}

/// A part of a stream to read, from one of its ends.
struct Span
{
    EntryId from;
    EntryId to;
    bool newestFirst = false;
    bool isWhole = true; ///< False: the budget ended before it was read.
};

/// Outward from each moment: what is next to it is read first.
std::vector<Span> spansAround(const std::vector<TimePoint>& moments, Milliseconds reach)
{
    constexpr quint64 last = EntryId::highest().second;
    std::vector<Span> spans;
    for (const TimePoint moment : moments) {
        spans.push_back({entryAt(moment, 0), entryAt(moment + reach, last)});
        spans.push_back({entryAt(moment - reach, 0), entryAt(moment, 0).previous(), true});
    }
    return spans;
}

QString spanText(const Span& span)
{
    const auto text = [](const EntryId& id) {
        return isoText(TimePoint(Milliseconds(qint64(id.first))));
    };
    return Text::tr("%1 to %2").arg(text(span.from), text(span.to));
}

/// Joined where they touch, in order.
QStringList spanTexts(std::vector<Span> spans)
{
    std::ranges::sort(spans, {}, &Span::from);
    std::vector<Span> joined;
    for (const Span& span : spans) {
        if (span.from > span.to)
            continue;
        if (!joined.empty() && span.from <= joined.back().to.next())
            joined.back().to = std::max(joined.back().to, span.to);
        else
            joined.push_back(span);
    }
    QStringList texts;
    for (const Span& span : joined)
        texts << spanText(span);
    return texts;
}

} // namespace

qint64 Tracer::scaled(qint64 budget) const
{
    return std::min<qint64>(
        budget * std::max<qint64>(m_trace.request.reach / TraceRequest::firstReach, 1),
        mostEntries);
}

QList<BrokerTopic> Tracer::ownStreams() const
{
    QList<BrokerTopic> streams = m_copies.keys();
    for (const OutboxRow& row : m_rows) {
        const BrokerTopic stream = (*m_sources.broker)->destination(row.topic);
        if (!streams.contains(stream))
            streams.append(stream);
    }
    std::ranges::sort(streams);
    return streams;
}

Result<void> Tracer::findCopies()
{
    if (!m_sources.broker)
        return {};
    const QList<BrokerTopic> own = ownStreams();
    DeadLetterControl* dead = (*m_sources.broker)->dead();
    qsizetype others = 0;
    for (const BrokerTopicState& stream : std::as_const(m_state.topics)) {
        if (!stream.problem.isEmpty()) {
            m_trace.notes << Text::tr("%1 could not be looked into: %2")
                                 .arg(format::oneLine(stream.name.bytes()), stream.problem);
            continue;
        }
        const bool isOwn = own.contains(stream.name) || own.isEmpty();
        if (dead && dead->originOf(stream.name))
            continue;
        if (!isOwn && ++others > mostStreams)
            continue;
        const auto done = searchStream(stream, scaled(isOwn ? ownBudget : otherBudget));
        if (!done)
            return done;
    }
    for (const BrokerTopic& stream : own) {
        if (std::ranges::find(m_state.topics, stream, &BrokerTopicState::name)
            == m_state.topics.end())
            m_trace.notes
                << Text::tr("Stream %1 does not exist.").arg(format::oneLine(stream.bytes()));
    }
    if (others > mostStreams)
        m_trace.notes << Text::tr("%1 other streams were not looked into.")
                             .arg(format::number(others - mostStreams));
    for (const BrokerTopicState& stream : std::as_const(m_state.topics)) {
        if (const auto added = addGroups(stream); !added)
            return added;
    }
    return {};
}

Result<void> Tracer::searchStream(const BrokerTopicState& stream, qint64 budget)
{
    const auto length = stream.length.known();
    const bool isSmall = length && *length <= budget;
    const auto times = moments();
    std::vector<Span> spans = spansAround(times, m_trace.request.reach);
    if (isSmall || times.empty())
        spans = {{EntryId::lowest(), EntryId::highest(), !isSmall}};
    qint64 left = budget;
    for (size_t i = 0; i < spans.size(); ++i) {
        Span& span = spans[i];
        // What is left is for the spans to come as well.
        qint64 share = isSmall ? budget * 2 : left / qint64(std::min<size_t>(spans.size() - i, 2));
        MessageRange range{stream.name, span.from, span.to, span.newestFirst, entriesPerPage};
        while (true) {
            if (const auto checked = checkStop(); !checked)
                return checked;
            const auto messages = (*m_sources.broker)->read(range);
            if (!messages && messages.error().kind == Error::Kind::Missing)
                return {};
            if (!messages)
                return messages.error();
            for (const Message& message : *messages) {
                if (isCopy(message))
                    addCopy(message);
            }
            m_trace.entries += messages->size();
            share -= messages->size();
            left -= messages->size();
            if (messages->size() < entriesPerPage)
                break;
            const EntryId end = messages->last().id;
            (span.newestFirst ? range.to : range.from) =
                span.newestFirst ? end.previous() : end.next();
            if (share > 0)
                continue;
            (span.newestFirst ? span.from : span.to) = end;
            break;
        }
    }
    if (isSmall)
        return {};
    m_trace.isBounded = true;
    m_trace.notes << Text::tr("Of %1 only entries of %2 were looked at.")
                         .arg(
                             format::oneLine(stream.name.bytes()),
                             spanTexts(spans).join(Text::tr(", and of ")));
    return {};
}

/// Some relays write the payload and nothing else.
bool Tracer::isCopy(const Message& message) const
{
    if (!message.eventId.isEmpty())
        return message.eventId == m_trace.eventId;
    return message.hasPayload && !m_rows.isEmpty() && message.payload == m_rows.first().payload
           && message.topic == (*m_sources.broker)->destination(m_rows.first().topic);
}

void Tracer::addCopy(const Message& message)
{
    QList<EntryId>& copies = m_copies[message.topic];
    if (copies.contains(message.id))
        return;
    copies.append(message.id);
    if (!m_trace.payload && message.hasPayload)
        m_trace.payload = message.payload;
    TraceStep step;
    step.at = TimePoint(Milliseconds(qint64(message.id.first)));
    step.what = TraceWhat::Copied;
    step.where = u"%1 %2"_s.arg(format::oneLine(message.topic.bytes()), message.id.text());
    step.stream = message.topic;
    step.entry = message.id;
    step.isDerived = message.eventId.isEmpty();
    step.detail = step.isDerived
                      ? Text::tr("Derived: the entry holds no event id, but the same payload.")
                      : Text::tr("The stream has an entry of it.");
    const TimePoint order = brokerOrder(*step.at);
    add(std::move(step), order);
}

Result<void> Tracer::addGroups(const BrokerTopicState& stream)
{
    if (!m_copies.contains(stream.name))
        return {};
    std::ranges::sort(m_copies[stream.name]);
    for (const GroupState& group : stream.groups) {
        if (const auto added = addGroup(stream, group); !added)
            return added;
    }
    if (stream.groups.isEmpty())
        m_trace.notes << Text::tr("No group reads %1.").arg(format::oneLine(stream.name.bytes()));
    return {};
}

Result<void> Tracer::addGroup(const BrokerTopicState& stream, const GroupState& group)
{
    const QList<EntryId> copies = m_copies.value(stream.name);
    const std::vector<EntryId> ids(copies.begin(), copies.end());
    const auto pending = findPending(**m_sources.broker, stream.name, group.name, ids, m_stop);
    if (!pending)
        return pending.error();
    for (const EntryId& id : ids) {
        TraceStep step;
        step.where = u"%1/%2 %3"_s.arg(
            format::oneLine(stream.name.bytes()), format::oneLine(group.name.bytes()), id.text());
        step.stream = stream.name;
        step.group = group.name;
        step.entry = id;
        const TimePoint added = TimePoint(Milliseconds(qint64(id.first)));
        if (const auto held = pending->constFind(id); held != pending->cend()) {
            step.what = TraceWhat::Pending;
            step.at = m_state.at - held->idle;
            const bool isPoison = held->deliveries >= m_profile.thresholds.maxDeliveries;
            step.detail =
                (isPoison ? Text::tr("Poison: %1 has it, delivered %2 times, idle for %3.")
                          : Text::tr("%1 has it, delivered %2 times, idle for %3."))
                    .arg(
                        format::oneLine(held->consumer.bytes()),
                        format::number(held->deliveries),
                        format::duration(held->idle));
            add(step, brokerOrder(*step.at));
        } else if (!group.lastDelivered || *group.lastDelivered < id) {
            step.what = TraceWhat::NotDelivered;
            step.detail =
                group.lastDelivered
                    ? Text::tr("The group has read up to %1.").arg(group.lastDelivered->text())
                    : Text::tr("How far the group has read is not known.");
            add(step, {});
        } else {
            step.what = TraceWhat::Acknowledged;
            step.isDerived = true;
            step.detail = Text::tr("Derived: the group has read up to %1, and nobody holds the "
                                   "entry any more.")
                              .arg(group.lastDelivered->text());
            add(step, brokerOrder(added));
        }
    }
    return {};
}

} // namespace outboard
