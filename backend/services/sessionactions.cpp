// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/actions.h"
#include "services/previews.h"
#include "services/session_p.h"
#include "text/format.h"

namespace outboard {

namespace {

QString groupText(const BrokerTopic& topic, const GroupName& group)
{
    return format::oneLine(topic.bytes()) + u'/' + format::oneLine(group.bytes());
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
        tr("Plan a replay"), Access::Monitor, [request](const ActionContext& context) {
            return action::plan(context, request);
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

Started<RunReport> Session::replay(const Plan& plan, const ReplayOptions& options)
{
    const QString title = tr("Replay %1 events through \"%2\"")
                              .arg(format::number(plan.items.size()))
                              .arg(format::oneLine(plan.handler));
    return act<RunReport>(title, [plan, options, runs = d->runs](const ActionContext& context) {
        return action::replay(context, plan, options, runs.get());
    });
}

Started<RunReport> Session::resume(const QString& runId, bool repeatInDoubt)
{
    return act<RunReport>(
        tr("Resume run %1").arg(format::oneLine(runId.left(8))),
        [runId, repeatInDoubt, runs = d->runs](const ActionContext& context) {
            return action::resume(context, runId, repeatInDoubt, runs.get());
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
