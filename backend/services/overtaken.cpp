// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/overtaken.h"

#include "ledger/ledger.h"
#include "outbox/outboxstore.h"
#include "services/planreasons.h"

#include <QCoreApplication>
#include <QSet>

#include <algorithm>

namespace outboard {

namespace {

constexpr qsizetype outboxPage = 1'000;

/// Only events that may run can turn the order round.
bool mayComeLate(const PlanItem& item)
{
    return item.event.key && item.event.row && item.verdict != Verdict::Processed;
}

bool isAfter(const OutboxRowId& a, const OutboxRowId& b)
{
    return a.bytes().toLongLong() > b.bytes().toLongLong();
}

} // namespace

Result<void> Overtaken::addKeys(QList<Event>& events, const std::stop_token& stop)
{
    QHash<EventId, QList<qsizetype>> wanted;
    for (qsizetype i = 0; i < events.size(); ++i) {
        if (!events[i].key && !events[i].id.isEmpty())
            wanted[events[i].id].append(i);
    }
    const QList<EventId> ids = wanted.keys();
    for (qsizetype at = 0; at < ids.size(); at += outboxPage) {
        if (stop.stop_requested())
            return planReasons::stopped();
        const QList<EventId> part = ids.mid(at, outboxPage);
        const auto rows = m_outbox.rowsOfEvents(part);
        if (!rows)
            return rows.error();
        for (const OutboxRow& row : *rows) {
            for (const qsizetype i : wanted.value(row.eventId)) {
                Event& event = events[i];
                if (event.key || (!event.topic.isEmpty() && event.topic != row.topic))
                    continue;
                event.key = row.key;
                event.row = row.id;
            }
        }
    }
    return {};
}

Result<void> Overtaken::warn(Plan& plan)
{
    plan.note.clear();
    QSet<QByteArray> keys;
    std::optional<OutboxRowId> first;
    for (PlanItem& item : plan.items) {
        item.newer.reset();
        if (!mayComeLate(item))
            continue;
        keys.insert(*item.event.key);
        if (!first || isAfter(*first, *item.event.row))
            first = item.event.row;
    }
    if (!first)
        return {};
    const auto later = m_outbox.laterOfKeys(keys.values(), *first);
    if (!later) {
        plan.note = QCoreApplication::translate(
                        "outboard",
                        "Whether newer events of the same keys were processed is not "
                        "known: %1")
                        .arg(later.error().what);
        return {};
    }
    plan.note = later->note;
    if (const auto asked = ask(plan, later->rows); !asked)
        return asked;
    RowsOfKey rows;
    for (const KeyedRow& row : later->rows)
        rows[row.key].append(row);
    for (PlanItem& item : plan.items) {
        if (mayComeLate(item))
            item.newer = newerThan(item, rows);
    }
    return {};
}

Result<void> Overtaken::ask(const Plan& plan, const QList<KeyedRow>& rows)
{
    m_processed.clear();
    std::vector<EventId> ids;
    for (const KeyedRow& row : rows)
        ids.push_back(row.eventId);
    const std::vector<std::optional<TimePoint>> anyAge(ids.size());
    for (const PlanItem& item : plan.items) {
        for (const GroupVerdict& group : item.groups) {
            if (m_processed.contains(group.group))
                continue;
            QSet<EventId>& processed = m_processed[group.group];
            const auto ledger = m_ledgers.of(group.group);
            if (!ledger)
                return ledger.error();
            if (!*ledger)
                continue;
            const auto marks = (*ledger)->find(group.group, ids, anyAge);
            if (!marks)
                return marks.error();
            for (size_t i = 0; i < ids.size(); ++i) {
                if ((*marks)[i] == LedgerMark::Processed)
                    processed.insert(ids[i]);
            }
        }
    }
    return {};
}

std::optional<NewerEvent> Overtaken::newerThan(const PlanItem& item, const RowsOfKey& rows) const
{
    const QList<KeyedRow> candidates = rows.value(*item.event.key);
    // The newest tells most: everything between the two was overtaken.
    for (auto row = candidates.crbegin(); row != candidates.crend(); ++row) {
        if (!isAfter(row->row, *item.event.row) || row->eventId == item.event.id)
            continue;
        for (const GroupVerdict& group : item.groups) {
            if (group.verdict != Verdict::Processed
                && m_processed.at(group.group).contains(row->eventId))
                return NewerEvent{row->eventId, row->createdAt, group.group};
        }
    }
    return std::nullopt;
}

} // namespace outboard
