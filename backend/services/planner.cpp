// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/planner.h"

#include "handlers/handlerkinds.h"
#include "outbox/outboxpresets.h"
#include "services/overtaken.h"
#include "services/planerrors.h"
#include "services/planjudge.h"
#include "services/planselection.h"

#include <QSet>
#include <QUuid>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

QString sourceName(PlanRequest::From from)
{
    switch (from) {
    case PlanRequest::From::Pending: return u"pending"_s;
    case PlanRequest::From::Dead: return u"dead"_s;
    case PlanRequest::From::Outbox: return u"outbox"_s;
    case PlanRequest::From::Ids: return u"ids"_s;
    }
    return u"ids"_s;
}

/// The groups that the handler's own ledger records; empty: any.
QStringList groupsOf(const Profile& profile, const HandlerSettings& handler)
{
    const auto index = ledgerIndex(profile, handler, {});
    return index && !handler.ledger.isEmpty() ? profile.ledgers[*index].groups : QStringList();
}

/// A handler whose ledger records a single group can only mean that one.
GroupName impliedGroup(const Profile& profile, const HandlerSettings& handler)
{
    const QStringList groups = groupsOf(profile, handler);
    return groups.size() == 1 ? GroupName::fromText(groups.first()) : GroupName();
}

Result<void> checkTopics(const HandlerSettings& handler, const QList<Event>& events)
{
    QSet<TopicName> looked;
    QStringList others;
    for (const Event& event : events) {
        if (event.topic.isEmpty() || looked.contains(event.topic))
            continue;
        looked.insert(event.topic);
        if (!acceptsTopic(handler, event.topic))
            others.append(event.topic.text());
    }
    others.sort();
    return others.isEmpty() ? Result<void>() : planErrors::otherTopics(handler, others);
}

Result<void> checkGroup(
    const Profile& profile, const HandlerSettings& handler, const GroupName& group)
{
    const QStringList groups = groupsOf(profile, handler);
    if (!group.isEmpty() && !groups.isEmpty() && !groups.contains(group.text()))
        return planErrors::otherGroup(handler, group, groups);
    return {};
}

QString newId()
{
    return QUuid::createUuid().toString(QUuid::WithoutBraces);
}

} // namespace

Planner::Planner(
    const Profile& profile,
    OutboxStore* outbox,
    Broker& broker,
    Ledger* ledger,
    Clock clock,
    LedgerOf ledgerOf)
    : m_profile(profile)
    , m_outbox(outbox)
    , m_broker(broker)
    , m_ledger(ledger)
    , m_clock(std::move(clock))
    , m_ledgerOf(std::move(ledgerOf))
{}

Result<Plan> Planner::make(
    const PlanRequest& request, const ProgressFn& progress, const std::stop_token& stop)
{
    const auto handler = findHandler(m_profile, request.handler);
    if (!handler)
        return handler.error();
    if (const auto checked = checkGroup(m_profile, *handler, request.group); !checked)
        return checked.error();
    auto events = PlanSelection(m_profile, m_outbox, m_broker, request, progress, stop).freeze();
    if (!events)
        return events.error();
    if (const auto checked = checkTopics(*handler, *events); !checked)
        return checked.error();
    if (hasKeys()) {
        const auto added = Overtaken(*m_outbox, ledgersFor(handler->name)).addKeys(*events, stop);
        if (!added)
            return added.error();
    }
    Plan plan;
    plan.id = newId();
    plan.profile = m_profile.name;
    plan.handler = handler->name;
    plan.group = request.group.isEmpty() ? impliedGroup(m_profile, *handler) : request.group;
    plan.source = sourceName(request.from);
    plan.madeAt = m_clock();
    for (const Event& event : std::as_const(*events))
        plan.items.append({event, Verdict::Unknown, {}});
    return judgeAgain(std::move(plan), stop);
}

Result<Plan> Planner::judgeAgain(Plan plan, const std::stop_token& stop)
{
    const JudgedLedgers ledgers = ledgersFor(plan.handler);
    PlanJudge judge(m_broker, ledgers, m_profile.thresholds.idle);
    if (const auto judged = judge.judge(plan, stop); !judged)
        return judged.error();
    plan.judgedAt = m_clock();
    if (hasKeys()) {
        if (const auto warned = Overtaken(*m_outbox, ledgers).warn(plan); !warned)
            return warned.error();
    }
    return plan;
}

Result<Plan> Planner::forHandler(Plan plan, const QString& handler, const std::stop_token& stop)
{
    const auto settings = findHandler(m_profile, handler);
    if (!settings)
        return settings.error();
    if (const auto checked = checkGroup(m_profile, *settings, plan.group); !checked)
        return checked.error();
    QList<Event> events;
    for (const PlanItem& item : std::as_const(plan.items))
        events.append(item.event);
    if (const auto checked = checkTopics(*settings, events); !checked)
        return checked.error();
    plan.id = newId();
    plan.handler = settings->name;
    if (plan.group.isEmpty())
        plan.group = impliedGroup(m_profile, *settings);
    plan.madeAt = m_clock();
    return judgeAgain(std::move(plan), stop);
}

bool Planner::hasKeys() const
{
    const auto preset = withPreset(m_profile.outbox);
    return m_outbox && preset && !preset->settings.columns.key.isEmpty();
}

JudgedLedgers Planner::ledgersFor(const QString& handler) const
{
    const auto settings = findHandler(m_profile, handler);
    const HandlerKind* kind = settings ? findHandlerKind(settings->kind) : nullptr;
    const bool reachesAll =
        kind && kind->guard == Handler::Guard::Consumers && settings->ledger.isEmpty();
    return JudgedLedgers(m_ledger, reachesAll ? m_ledgerOf : LedgerOf());
}

Plan planOfOutcomes(
    const Plan& plan, const RunReport& report, const QList<OutcomeKind>& kinds, TimePoint now)
{
    Plan left = plan;
    left.id = newId();
    left.madeAt = now;
    left.judgedAt.reset();
    left.fromRun = report.runId;
    left.items.clear();
    for (const Outcome& outcome : report.outcomes) {
        if (kinds.contains(outcome.kind) && outcome.item >= 0 && outcome.item < plan.items.size())
            left.items.append(plan.items[outcome.item]);
    }
    return left;
}

} // namespace outboard
