// SPDX-License-Identifier: GPL-3.0-or-later
// The part of Tracer that looks for the event among the dead letters and in the ledgers.
#include "brokers/broker.h"
#include "brokers/deadlettercontrol.h"
#include "ledger/ledger.h"
#include "outbox/deadrows.h"
#include "outbox/outboxstore.h"
#include "services/reconcileverdicts.h"
#include "services/tracer.h"
#include "text/format.h"

#include <QCoreApplication>

#include <algorithm>

namespace outboard {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr qint64 lettersPerPage = 500;
constexpr qint64 rowsPerPage = 1'000;
/// Of each place, at the first reach.
constexpr qint64 deadBudget = 10'000;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(outboard)
};

/// "group billing, delivered 5 times: card declined"
QString factsText(const GroupName& group, std::optional<qint64> deliveries, const QString& error)
{
    QStringList facts;
    if (!group.isEmpty())
        facts << Text::tr("group %1").arg(format::oneLine(group.bytes()));
    if (deliveries)
        facts << Text::tr("delivered %1 times").arg(format::number(*deliveries));
    const QString known = facts.join(u", "_s);
    const QString why =
        error.isEmpty() ? Text::tr("nobody recorded an error") : format::oneLine(error);
    return known.isEmpty() ? why : Text::tr("%1: %2").arg(known, why);
}

} // namespace

Result<void> Tracer::addDead()
{
    if (const auto added = addDeadTable(); !added)
        return added;
    DeadLetterControl* control = m_sources.broker ? (*m_sources.broker)->dead() : nullptr;
    if (!control)
        return {};
    const QList<BrokerTopic> streams = ownStreams();
    const auto places = control->find(streams);
    if (!places)
        return places.error();
    for (const DeadPlace& place : *places) {
        if (!place.problem.isEmpty())
            m_trace.notes << Text::tr("%1 could not be looked into: %2")
                                 .arg(format::oneLine(place.name.bytes()), place.problem);
        else if (const auto added = addDeadPlace(*control, place); !added)
            return added;
    }
    return {};
}

/// Nothing dies before it was added: entries of a stream are read from there.
Result<void> Tracer::addDeadPlace(DeadLetterControl& control, const DeadPlace& place)
{
    std::optional<QByteArray> from;
    const auto times = moments();
    if (place.kind == DeadWhere::Stream && !times.empty()) {
        const auto first = *std::ranges::min_element(times) - 1min;
        from =
            QByteArray::number(std::chrono::floor<Milliseconds>(first.time_since_epoch()).count());
    }
    qint64 left = scaled(deadBudget);
    do {
        if (const auto checked = checkStop(); !checked)
            return checked;
        const auto page = control.page(place, from, lettersPerPage);
        if (!page && page.error().kind == Error::Kind::Missing)
            return {};
        if (!page)
            return page.error();
        for (const DeadRecord& record : page->records) {
            if (record.message.eventId != m_trace.eventId)
                continue;
            TraceStep step;
            step.what = TraceWhat::DeadLettered;
            const bool isEntry = place.kind == DeadWhere::Stream;
            step.at = record.facts.diedAt ? record.facts.diedAt
                      : isEntry           ? timeOf(record.message.id)
                                          : std::nullopt;
            step.where =
                u"%1 %2"_s.arg(format::oneLine(place.name.bytes()), format::oneLine(record.id, 40));
            step.detail =
                factsText(record.facts.group, record.facts.deliveries, record.facts.error);
            step.stream = place.name;
            step.group = record.facts.group;
            add(step, step.at ? std::optional(brokerOrder(*step.at)) : std::nullopt);
        }
        left -= page->records.size();
        from = page->next;
    } while (from && left > 0);
    if (!from)
        return {};
    m_trace.isBounded = true;
    m_trace.notes << Text::tr("Of the dead letters in %1 only %2 were looked at.")
                         .arg(
                             format::oneLine(place.name.bytes()),
                             format::number(scaled(deadBudget)));
    return {};
}

Result<void> Tracer::addDeadTable()
{
    DeadRows* rows = m_sources.outbox ? (*m_sources.outbox)->dead() : nullptr;
    if (!rows || !rows->kinds().contains(DeadWhere::OutboxTable))
        return {};
    const QString table = rows->tableName(DeadWhere::OutboxTable);
    std::optional<OutboxRowId> after;
    qint64 left = scaled(deadBudget);
    do {
        if (const auto checked = checkStop(); !checked)
            return checked;
        const auto page = rows->page(DeadWhere::OutboxTable, after, rowsPerPage);
        if (!page) {
            note(table, page.error());
            return {};
        }
        for (const DeadRow& row : page->rows) {
            if (row.eventId != m_trace.eventId)
                continue;
            TraceStep step;
            step.at = row.diedAt;
            step.what = TraceWhat::DeadLettered;
            step.where = u"%1 %2"_s.arg(table, format::oneLine(row.id.bytes()));
            step.detail = factsText({}, row.deliveries, row.error);
            add(step, step.at);
        }
        left -= rowsPerPage;
        after = page->next;
    } while (after && left > 0);
    if (after)
        m_trace.notes << Text::tr("Of the dead letters in %1 only %2 were looked at.")
                             .arg(table, format::number(scaled(deadBudget)));
    return {};
}

QList<GroupName> Tracer::groups() const
{
    QList<GroupName> names;
    if (!m_sources.broker)
        return names;
    const QList<BrokerTopic> streams = ownStreams();
    for (const BrokerTopicState& stream : m_state.topics) {
        for (const GroupState& group : stream.groups) {
            if (streams.contains(stream.name) && !names.contains(group.name))
                names.append(group.name);
        }
    }
    return names;
}

void Tracer::addLedgers()
{
    if (m_profile.ledgers.isEmpty())
        m_trace.notes << Text::tr("The profile has no ledger: whether the event was processed is "
                                  "not known.");
    for (const LedgerSeat& seat : ledgerSeats(m_profile, groups()))
        addLedger(seat);
}

void Tracer::addLedger(const LedgerSeat& seat)
{
    const auto ledger = m_sources.ledgerAt(seat.index);
    const std::optional<TimePoint> createdAt =
        m_rows.isEmpty() ? std::nullopt : m_rows.first().createdAt;
    const std::span ids(&m_trace.eventId, 1);
    const auto marks = ledger ? (*ledger)->find(seat.group, ids, std::span(&createdAt, 1))
                              : Result<std::vector<LedgerMark>>(ledger.error());
    TraceStep step;
    const bool tellsGroupsApart = !m_profile.ledgers[seat.index].consumer.isEmpty();
    step.group = seat.group;
    step.where = ledger ? (*ledger)->name() : m_profile.ledgers[seat.index].table;
    if (tellsGroupsApart && !seat.group.isEmpty())
        step.where += u'/' + format::oneLine(seat.group.bytes());
    if (!marks || marks->front() == LedgerMark::Unknown) {
        step.what = TraceWhat::LedgerUnknown;
        step.detail = marks ? Text::tr("The ledger cannot tell: it may have swept rows of that "
                                       "time.")
                            : marks.error().what;
        add(step, {});
        return;
    }
    if (marks->front() == LedgerMark::Unprocessed) {
        step.what = TraceWhat::NotProcessed;
        step.detail = Text::tr("The ledger does not hold it.");
        add(step, {});
        return;
    }
    const auto times = (*ledger)->times(seat.group, ids);
    if (times && times->contains(m_trace.eventId))
        step.at = times->value(m_trace.eventId);
    step.what = TraceWhat::Processed;
    step.detail = step.at ? Text::tr("The ledger holds it.")
                          : Text::tr("The ledger holds it, but does not tell since when.");
    add(step, step.at);
}

} // namespace outboard
