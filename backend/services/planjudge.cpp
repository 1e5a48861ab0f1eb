// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/planjudge.h"

#include "brokers/broker.h"
#include "ledger/ledger.h"
#include "services/pendinglookup.h"

#include <QCoreApplication>

namespace outboard {

namespace {

QString heldBy(const PendingEntry& entry, Milliseconds threshold)
{
    const auto idle = std::chrono::floor<std::chrono::seconds>(entry.idle);
    return QCoreApplication::translate(
               "outboard",
               "%1 got it %2 ago and may be working on it; it counts as stuck after %3.")
        .arg(entry.consumer.text(), durationText(idle), durationText(threshold));
}

QString withoutId(const Event& event)
{
    if (event.row) {
        return QCoreApplication::translate("outboard", "No event id: outbox row %1 is gone.")
            .arg(event.row->text());
    }
    return QCoreApplication::translate(
        "outboard",
        "No event id: the entry is gone from the stream, or holds none where the profile looks. "
        "Without one nothing keeps the event from being applied twice.");
}

} // namespace

PlanJudge::PlanJudge(Broker& broker, Ledger* ledger, Milliseconds idleThreshold)
    : m_broker(broker)
    , m_ledger(ledger)
    , m_idleThreshold(idleThreshold)
{}

Result<void> PlanJudge::judge(Plan& plan, const std::stop_token& stop)
{
    if (const auto done = lookUpOrigins(plan, stop); !done)
        return done;
    if (const auto done = lookUpInFlight(plan, stop); !done)
        return done;
    const auto marks = askLedger(plan);
    if (!marks)
        return marks.error();
    for (qsizetype i = 0; i < plan.items.size(); ++i) {
        PlanItem& item = plan.items[i];
        decide(item, groupOf(plan, item.event), (*marks)[size_t(i)]);
    }
    return {};
}

Result<void> PlanJudge::lookUpOrigins(const Plan& plan, const std::stop_token& stop)
{
    std::map<List, std::vector<EntryId>> asked;
    for (const PlanItem& item : plan.items) {
        if (const auto& origin = item.event.origin)
            asked[{origin->topic, origin->group}].push_back(origin->entry);
    }
    m_origins.clear();
    for (const auto& [list, ids] : asked) {
        auto found = findPending(m_broker, list.first, list.second, ids, stop);
        if (!found)
            return found.error();
        m_origins[list] = std::move(*found);
    }
    return {};
}

Result<void> PlanJudge::lookUpInFlight(const Plan& plan, const std::stop_token& stop)
{
    m_inFlight.clear();
    for (const PlanItem& item : plan.items) {
        // Events that were picked from a pending list are judged by their own entry.
        if (item.event.origin || item.event.topic.isEmpty() || plan.group.isEmpty())
            continue;
        const List list(m_broker.destination(item.event.topic), plan.group);
        if (m_inFlight.contains(list))
            continue;
        auto found = findInFlight(m_broker, list.first, list.second, m_idleThreshold, stop);
        if (!found)
            return found.error();
        m_inFlight[list] = std::move(*found);
    }
    return {};
}

Result<std::vector<LedgerMark>> PlanJudge::askLedger(const Plan& plan)
{
    std::vector<LedgerMark> marks(size_t(plan.items.size()), LedgerMark::Unknown);
    if (!m_ledger)
        return marks;
    std::map<GroupName, std::vector<size_t>> positions;
    for (size_t i = 0; i < marks.size(); ++i) {
        const Event& event = plan.items[qsizetype(i)].event;
        if (!event.id.isEmpty())
            positions[groupOf(plan, event)].push_back(i);
    }
    for (const auto& [group, at] : positions) {
        std::vector<EventId> ids;
        std::vector<std::optional<TimePoint>> ages;
        for (const size_t i : at) {
            ids.push_back(plan.items[qsizetype(i)].event.id);
            ages.push_back(plan.items[qsizetype(i)].event.createdAt);
        }
        const auto answers = m_ledger->find(group, ids, ages);
        if (!answers)
            return answers.error();
        for (size_t i = 0; i < at.size(); ++i)
            marks[at[i]] = (*answers)[i];
    }
    return marks;
}

void PlanJudge::decide(PlanItem& item, const GroupName& group, LedgerMark mark) const
{
    const auto give = [&item](Verdict verdict, const QString& reason) {
        item.verdict = verdict;
        item.reason = reason;
    };
    const Event& event = item.event;
    if (event.id.isEmpty())
        return give(Verdict::PayloadMissing, withoutId(event));
    if (mark == LedgerMark::Processed) {
        return give(
            Verdict::Processed,
            QCoreApplication::translate("outboard", "Ledger %1 holds it.").arg(m_ledger->name()));
    }
    if (const QString reason = inFlightReason(event, group); !reason.isEmpty())
        return give(Verdict::InFlight, reason);
    if (!event.payload) {
        return give(
            Verdict::PayloadMissing,
            QCoreApplication::translate(
                "outboard",
                "Its payload was found neither in the outbox nor in the broker. Name the stream to "
                "search there."));
    }
    if (mark == LedgerMark::Unknown)
        return give(Verdict::Unknown, unknownReason(group));
    give(
        Verdict::Run,
        QCoreApplication::translate("outboard", "Ledger %1 does not hold it.")
            .arg(m_ledger->name()));
}

QString PlanJudge::inFlightReason(const Event& event, const GroupName& group) const
{
    if (event.origin) {
        const auto& list = m_origins.at({event.origin->topic, event.origin->group});
        const auto entry = list.constFind(event.origin->entry);
        if (entry == list.constEnd()) {
            return QCoreApplication::translate(
                "outboard", "No longer pending: it was acknowledged since it was selected.");
        }
        return entry->idle < m_idleThreshold ? heldBy(*entry, m_idleThreshold) : QString();
    }
    const auto list = m_inFlight.find({m_broker.destination(event.topic), group});
    if (list == m_inFlight.end() || !list->second.contains(event.id))
        return {};
    return heldBy(list->second.value(event.id), m_idleThreshold);
}

QString PlanJudge::unknownReason(const GroupName& group) const
{
    if (m_ledger) {
        return QCoreApplication::translate(
                   "outboard",
                   "Ledger %1 cannot tell: it does not record this group, or keeps less than the "
                   "event's "
                   "age.")
            .arg(m_ledger->name());
    }
    if (group.isEmpty()) {
        return QCoreApplication::translate(
            "outboard", "No group was named, so no ledger can tell whether it was handled.");
    }
    return QCoreApplication::translate(
               "outboard", "The profile has no ledger for group %1, so nobody can tell.")
        .arg(group.text());
}

GroupName groupOf(const Plan& plan, const Event& event)
{
    return plan.group.isEmpty() && event.origin ? event.origin->group : plan.group;
}

} // namespace outboard
