// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/planjudge.h"

#include "brokers/broker.h"
#include "ledger/ledger.h"
#include "services/claimer.h"
#include "services/pendinglookup.h"
#include "services/planreasons.h"

#include <QSet>

namespace outboard {

PlanJudge::PlanJudge(Broker& broker, JudgedLedgers ledgers, Milliseconds idleThreshold)
    : m_broker(broker)
    , m_ledgers(std::move(ledgers))
    , m_idleThreshold(idleThreshold)
{}

Result<void> PlanJudge::judge(Plan& plan, const std::stop_token& stop)
{
    if (const auto done = findConsumers(plan); !done)
        return done;
    if (const auto done = lookUpOrigins(plan, stop); !done)
        return done;
    if (const auto done = lookUpInFlight(plan, stop); !done)
        return done;
    if (const auto done = askLedgers(plan, stop); !done)
        return done;
    for (qsizetype i = 0; i < plan.items.size(); ++i)
        decide(plan, plan.items[i], i);
    return {};
}

Result<void> PlanJudge::findConsumers(const Plan& plan)
{
    m_consumers.clear();
    if (!m_ledgers.reachesAllGroups() || !plan.group.isEmpty())
        return {};
    QSet<TopicName> topics;
    for (const PlanItem& item : plan.items) {
        if (!item.event.origin && !item.event.topic.isEmpty())
            topics.insert(item.event.topic);
    }
    if (topics.isEmpty())
        return {};
    const auto state = m_broker.state(topics.values());
    if (!state)
        return state.error();
    for (const BrokerTopicState& topic : state->topics) {
        for (const GroupState& group : topic.groups)
            m_consumers[topic.name].append(group.name);
    }
    return {};
}

QList<GroupName> PlanJudge::groupsFor(const Plan& plan, const Event& event) const
{
    const GroupName group = groupOf(plan, event);
    if (!group.isEmpty() || event.topic.isEmpty())
        return {group};
    const auto consumers = m_consumers.find(m_broker.destination(event.topic));
    return consumers == m_consumers.end() ? QList{group} : consumers->second;
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
        if (item.event.origin || item.event.topic.isEmpty())
            continue;
        for (const GroupName& group : groupsFor(plan, item.event)) {
            const List list(m_broker.destination(item.event.topic), group);
            if (group.isEmpty() || m_inFlight.contains(list))
                continue;
            auto found = findInFlight(m_broker, list.first, list.second, m_idleThreshold, stop);
            if (!found)
                return found.error();
            m_inFlight[list] = std::move(*found);
        }
    }
    return {};
}

Result<void> PlanJudge::askLedgers(const Plan& plan, const std::stop_token& stop)
{
    m_answers.clear();
    std::map<GroupName, QList<qsizetype>> asked;
    for (qsizetype i = 0; i < plan.items.size(); ++i) {
        const Event& event = plan.items[i].event;
        if (event.id.isEmpty())
            continue;
        for (const GroupName& group : groupsFor(plan, event))
            asked[group].append(i);
    }
    for (const auto& [group, items] : asked) {
        if (stop.stop_requested())
            return planReasons::stopped();
        auto answers = askLedger(plan, group, items);
        if (!answers)
            return answers.error();
        m_answers[group] = std::move(*answers);
    }
    return {};
}

Result<PlanJudge::Answers> PlanJudge::askLedger(
    const Plan& plan, const GroupName& group, const QList<qsizetype>& items)
{
    const auto ledger = m_ledgers.of(group);
    if (!ledger)
        return ledger.error();
    Answers answers;
    answers.ledger = *ledger;
    if (!*ledger)
        return answers;
    std::vector<EventId> ids;
    std::vector<std::optional<TimePoint>> ages;
    for (const qsizetype i : items) {
        ids.push_back(plan.items[i].event.id);
        ages.push_back(plan.items[i].event.createdAt);
    }
    const auto marks = (*ledger)->find(group, ids, ages);
    if (!marks)
        return marks.error();
    std::vector<EventId> processed;
    for (size_t i = 0; i < ids.size(); ++i) {
        answers.marks.insert(items[qsizetype(i)], (*marks)[i]);
        if ((*marks)[i] == LedgerMark::Processed)
            processed.push_back(ids[i]);
    }
    auto times = (*ledger)->times(group, processed);
    if (!times)
        return times.error();
    answers.times = std::move(*times);
    return answers;
}

void PlanJudge::decide(const Plan& plan, PlanItem& item, qsizetype index) const
{
    item.groups.clear();
    if (item.event.id.isEmpty()) {
        item.verdict = Verdict::PayloadMissing;
        item.reason = planReasons::withoutId(item.event);
        return;
    }
    for (const GroupName& group : groupsFor(plan, item.event))
        item.groups.append(decideFor(plan, item.event, index, group));
    item.verdict = planReasons::together(item.groups);
    item.reason = planReasons::together(item.groups, item.verdict);
}

GroupVerdict PlanJudge::decideFor(
    const Plan& plan, const Event& event, qsizetype index, const GroupName& group) const
{
    const Answers& answers = m_answers.at(group);
    const auto mark = answers.marks.value(index, LedgerMark::Unknown);
    GroupVerdict verdict;
    verdict.group = group;
    verdict.ledger = answers.ledger ? answers.ledger->name() : QString();
    verdict.held = heldEntry(event, group);
    const auto give = [&verdict](Verdict given, const QString& reason) {
        verdict.verdict = given;
        verdict.reason = reason;
        return verdict;
    };
    if (mark == LedgerMark::Processed) {
        if (const auto at = answers.times.constFind(event.id); at != answers.times.constEnd())
            verdict.processedAt = *at;
        return give(Verdict::Processed, planReasons::holds(verdict.ledger, verdict.processedAt));
    }
    if (const QString reason = inFlightReason(plan, event, verdict.held); !reason.isEmpty())
        return give(Verdict::InFlight, reason);
    if (!event.payload)
        return give(Verdict::PayloadMissing, planReasons::withoutPayload());
    if (mark == LedgerMark::Unknown)
        return give(Verdict::Unknown, planReasons::unknown(verdict.ledger, group));
    return give(Verdict::Run, planReasons::doesNotHold(verdict.ledger));
}

std::optional<HeldEntry> PlanJudge::heldEntry(const Event& event, const GroupName& group) const
{
    if (event.origin) {
        const auto& list = m_origins.at({event.origin->topic, event.origin->group});
        const auto entry = list.constFind(event.origin->entry);
        if (entry == list.constEnd())
            return std::nullopt;
        return HeldEntry{event.origin->topic, *entry};
    }
    const BrokerTopic topic = m_broker.destination(event.topic);
    const auto list = m_inFlight.find({topic, group});
    if (list == m_inFlight.end() || !list->second.contains(event.id))
        return std::nullopt;
    return HeldEntry{topic, list->second.value(event.id)};
}

QString PlanJudge::inFlightReason(
    const Plan& plan, const Event& event, const std::optional<HeldEntry>& held) const
{
    if (!held)
        return event.origin ? planReasons::noLongerPending() : QString();
    // The run that left this event behind took its entry and did not finish with it.
    const bool isOurs = !plan.fromRun.isEmpty() && held->entry.consumer == replayConsumer();
    return held->entry.idle < m_idleThreshold && !isOurs
               ? planReasons::heldBy(held->entry, m_idleThreshold)
               : QString();
}

GroupName groupOf(const Plan& plan, const Event& event)
{
    return plan.group.isEmpty() && event.origin ? event.origin->group : plan.group;
}

} // namespace outboard
