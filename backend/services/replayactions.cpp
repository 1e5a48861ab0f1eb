// SPDX-License-Identifier: GPL-3.0-or-later
#include "handlers/handlerkinds.h"
#include "services/actions.h"
#include "services/connections.h"
#include "store/runstore.h"

#include <QCoreApplication>
#include <QUuid>

namespace outboard::action {

namespace {

/// What planning and replaying join; the ledger is null where none guards the events.
struct ReplayParts
{
    HandlerSettings settings;
    Broker* broker = nullptr;
    Ledger* ledger = nullptr;
};

Result<ReplayParts> openParts(
    Connections& connections, const QString& handler, const GroupName& group)
{
    ReplayParts parts;
    const Profile& profile = connections.profile();
    const auto settings = findHandler(profile, handler);
    if (!settings)
        return settings.error();
    parts.settings = *settings;
    const auto broker = connections.broker();
    if (!broker)
        return broker.error();
    parts.broker = *broker;
    if (const auto index = ledgerIndex(profile, *settings, group)) {
        const auto ledger = connections.ledger(*index);
        if (!ledger)
            return ledger.error();
        parts.ledger = *ledger;
    }
    return parts;
}

Error noLedger(const HandlerSettings& settings)
{
    return {
        Error::Kind::Refused,
        QCoreApplication::translate(
            "outboard",
            "Handler \"%1\" needs a ledger, so that no event is applied twice, and none records "
            "this group. Name the ledger in the handler's settings.")
            .arg(settings.name),
        {}};
}

Result<RunReport> run(
    const ActionContext& context,
    const QString& runId,
    const Plan& plan,
    const ReplayOptions& options,
    const QList<Outcome>& done,
    RunStore* runs)
{
    const auto parts = openParts(context.connections, plan.handler, plan.group);
    if (!parts)
        return parts.error();
    const auto handler = makeHandler(parts->settings, {*parts->broker, context.clock});
    if (!handler)
        return handler.error();
    if ((*handler)->guard() == Handler::Guard::Ledger && !parts->ledger)
        return noLedger(parts->settings);
    Replayer replayer(**handler, parts->ledger, *parts->broker, runs, context.clock);
    // Nobody looks at each step here: without a step function a failure inside the canary ladder
    // stops the run.
    return replayer.run(
        runId,
        plan,
        options,
        context.connections.profile().thresholds.idle,
        done,
        {},
        context.progress,
        context.stop);
}

} // namespace

Result<Plan> plan(const ActionContext& context, const PlanRequest& request)
{
    const auto parts = openParts(context.connections, request.handler, request.group);
    if (!parts)
        return parts.error();
    const auto outbox = context.connections.outbox();
    if (!outbox)
        return outbox.error();
    return Planner(
               context.connections.profile(), *outbox, *parts->broker, parts->ledger, context.clock)
        .make(request, context.progress, context.stop);
}

Result<Plan> judgeAgain(const ActionContext& context, const Plan& plan)
{
    const auto parts = openParts(context.connections, plan.handler, plan.group);
    if (!parts)
        return parts.error();
    // The events and their payloads are frozen: the outbox is not asked again.
    return Planner(
               context.connections.profile(), nullptr, *parts->broker, parts->ledger, context.clock)
        .judgeAgain(plan, context.stop);
}

Result<RunReport> replay(
    const ActionContext& context, const Plan& plan, const ReplayOptions& options, RunStore* runs)
{
    const QString runId = QUuid::createUuid().toString(QUuid::WithoutBraces);
    return run(context, runId, plan, options, {}, runs);
}

Result<RunReport> resume(
    const ActionContext& context, const QString& runId, bool repeatInDoubt, RunStore* runs)
{
    if (!runs) {
        return Error{
            Error::Kind::Refused,
            QCoreApplication::translate(
                "outboard",
                "Runs are not kept on this machine, so this one cannot be resumed. Make a new "
                "plan: what was applied is skipped."),
            {}};
    }
    auto stored = runs->load(runId);
    if (!stored)
        return stored.error();
    if (stored->isFinished) {
        return Error{
            Error::Kind::Refused,
            QCoreApplication::translate(
                "outboard", "This run is finished; nothing of it is left to resume."),
            {}};
    }
    stored->options.repeatInDoubt = repeatInDoubt;
    return run(context, runId, stored->plan, stored->options, stored->outcomes, runs);
}

} // namespace outboard::action
