// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/actions.h"
#include "services/previews.h"
#include "services/session_p.h"
#include "text/format.h"

#include <QUuid>

namespace outboard {

namespace {

QString groupText(const BrokerTopic& topic, const GroupName& group)
{
    return format::oneLine(topic.bytes()) + u'/' + format::oneLine(group.bytes());
}

/// A plan that cannot be kept is still a plan; it says so.
Result<Plan> kept(Result<Plan> plan, RunStore* runs)
{
    if (!plan || !runs)
        return plan;
    if (const auto done = runs->keep(*plan); !done) {
        plan->note = Session::tr("This plan is not kept on this machine: %1 %2")
                         .arg(done.error().what, plan->note)
                         .trimmed();
    }
    return plan;
}

} // namespace

template<class T>
Started<T> Session::act(const QString& title, ActionRunner::Work<T> work)
{
    if (!isArmed())
        return d->runner.refuse<T>(title, d->lock.refusal());
    const Started<T> started = d->runner.start<T>(title, Access::Operate, std::move(work));
    connect(started.operation, &Operation::finished, &d->poller, &Poller::pollNow);
    return started;
}

Started<Plan> Session::plan(const PlanRequest& request)
{
    return d->runner.start<Plan>(
        tr("Plan a replay"),
        Access::Monitor,
        [request, runs = d->runs](const ActionContext& context) {
            return kept(action::plan(context, request), runs.get());
        });
}

Started<Plan> Session::planFor(const Plan& plan, const QString& handler)
{
    return d->runner.start<Plan>(
        tr("Plan %1 events for \"%2\"")
            .arg(format::number(plan.items.size()), format::oneLine(handler)),
        Access::Monitor,
        [plan, handler, runs = d->runs](const ActionContext& context) {
            return kept(action::planFor(context, plan, handler), runs.get());
        });
}

Started<Plan> Session::planAgain(const Plan& plan)
{
    return d->runner.start<Plan>(
        tr("Plan %1 events again").arg(format::number(plan.items.size())),
        Access::Monitor,
        [plan, runs = d->runs](const ActionContext& context) {
            return kept(action::judgeAgain(context, plan), runs.get());
        });
}

Started<Plan> Session::judgeAgain(const Plan& plan)
{
    return d->runner.start<Plan>(
        tr("Judge %1 events again").arg(format::number(plan.items.size())),
        Access::Monitor,
        [plan](const ActionContext& context) { return action::judgeAgain(context, plan); });
}

Started<RelayReport> Session::relay(const RelayRequest& request)
{
    const QString title = request.max ? tr("Relay up to %1 rows").arg(format::number(*request.max))
                                      : tr("Relay all waiting rows");
    return act<RelayReport>(
        title, [request](const ActionContext& context) { return action::relay(context, request); });
}

Started<ClaimReport> Session::claim(const ClaimRequest& request)
{
    const QString title = tr("Claim %1 entries of %2")
                              .arg(format::number(static_cast<qint64>(request.ids.size())))
                              .arg(groupText(request.topic, request.group));
    return act<ClaimReport>(
        title, [request](const ActionContext& context) { return action::claim(context, request); });
}

Started<AckReport> Session::acknowledge(
    const BrokerTopic& topic, const GroupName& group, std::vector<EntryId> ids)
{
    const QString title = tr("Acknowledge %1 entries of %2")
                              .arg(format::number(static_cast<qint64>(ids.size())))
                              .arg(groupText(topic, group));
    return act<AckReport>(
        title, [topic, group, ids = std::move(ids)](const ActionContext& context) {
            return action::acknowledge(context, topic, group, ids);
        });
}

Started<AckReport> Session::acknowledgeProcessed(const BrokerTopic& topic, const GroupName& group)
{
    const QString title =
        tr("Acknowledge what the ledger holds of %1").arg(groupText(topic, group));
    return act<AckReport>(title, [topic, group](const ActionContext& context) {
        return action::acknowledgeProcessed(context, topic, group);
    });
}

StartedRun Session::startRun(
    const QString& title,
    const QString& runId,
    AtStep atStep,
    std::function<Result<RunReport>(const ActionContext&, const action::RunSeams&)> work)
{
    auto talk = std::make_shared<RunTalk>();
    const auto started = act<RunReport>(
        title, [=, runs = d->runs, work = std::move(work)](const ActionContext& context) {
            const action::RunSeams seams{runId, runs.get(), talk, atStep == AtStep::Ask};
            auto report = work(context, seams);
            talk->end();
            return report;
        });
    auto* control = new RunControl(talk, runId, started.operation);
    return {{started.operation, started.answer}, control};
}

StartedRun Session::replay(const Plan& plan, const ReplayOptions& options, AtStep atStep)
{
    const QString title = tr("Replay %1 events through \"%2\"")
                              .arg(format::number(plan.items.size()))
                              .arg(format::oneLine(plan.handler));
    const QString runId = QUuid::createUuid().toString(QUuid::WithoutBraces);
    return startRun(title, runId, atStep, [plan, options](const auto& context, const auto& seams) {
        return action::replay(context, plan, options, seams);
    });
}

StartedRun Session::resume(const QString& runId, bool repeatInDoubt, AtStep atStep)
{
    const QString title = tr("Resume run %1").arg(format::oneLine(runId.left(8)));
    return startRun(title, runId, atStep, [repeatInDoubt](const auto& context, const auto& seams) {
        return action::resume(context, repeatInDoubt, seams);
    });
}

QFuture<Result<QStringList>> Session::relayCommands(const RelayRequest& request)
{
    return d->lanes.previews().run([request, clock = d->clock](Connections& connections) {
        return preview::relay(connections, request, clock);
    });
}

QFuture<Result<QStringList>> Session::claimCommands(const ClaimRequest& request)
{
    return d->lanes.previews().run(
        [request](Connections& connections) { return preview::claim(connections, request); });
}

QFuture<Result<QStringList>> Session::acknowledgeCommands(
    const BrokerTopic& topic, const GroupName& group, std::vector<EntryId> ids)
{
    return d->lanes.previews().run([topic, group, ids = std::move(ids)](Connections& connections) {
        return preview::acknowledge(connections, topic, group, ids);
    });
}

QFuture<Result<QStringList>> Session::replayCommands(const Plan& plan)
{
    return d->lanes.previews().run([plan, clock = d->clock](Connections& connections) {
        return preview::replay(connections, plan, clock);
    });
}

} // namespace outboard
