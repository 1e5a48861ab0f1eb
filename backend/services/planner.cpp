// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/planner.h"

#include "handlers/handlerkinds.h"
#include "ledger/ledger.h"
#include "services/planerrors.h"
#include "services/planjudge.h"
#include "services/planselection.h"

#include <QSet>
#include <QUuid>

#include <algorithm>

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

} // namespace

Planner::Planner(
    const Profile& profile, OutboxStore* outbox, Broker& broker, Ledger* ledger, Clock clock)
    : m_profile(profile)
    , m_outbox(outbox)
    , m_broker(broker)
    , m_ledger(ledger)
    , m_clock(std::move(clock))
{}

Result<Plan> Planner::make(
    const PlanRequest& request, const ProgressFn& progress, const std::stop_token& stop)
{
    const auto handler = findHandler(m_profile, request.handler);
    if (!handler)
        return handler.error();
    const QStringList groups = groupsOf(m_profile, *handler);
    if (!request.group.isEmpty() && !groups.isEmpty() && !groups.contains(request.group.text()))
        return planErrors::otherGroup(*handler, request.group, groups);
    const auto events =
        PlanSelection(m_profile, m_outbox, m_broker, request, progress, stop).freeze();
    if (!events)
        return events.error();
    if (const auto checked = checkTopics(*handler, *events); !checked)
        return checked.error();
    Plan plan;
    plan.id = QUuid::createUuid().toString(QUuid::WithoutBraces);
    plan.profile = m_profile.name;
    plan.handler = handler->name;
    plan.group = request.group.isEmpty() ? impliedGroup(m_profile, *handler) : request.group;
    plan.source = sourceName(request.from);
    plan.madeAt = m_clock();
    for (const Event& event : *events)
        plan.items.append({event, Verdict::Unknown, {}});
    return judgeAgain(std::move(plan), stop);
}

Result<Plan> Planner::judgeAgain(Plan plan, const std::stop_token& stop)
{
    PlanJudge judge(m_broker, m_ledger, m_profile.thresholds.idle);
    if (const auto judged = judge.judge(plan, stop); !judged)
        return judged.error();
    return plan;
}

} // namespace outboard
