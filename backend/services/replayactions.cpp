// SPDX-License-Identifier: GPL-3.0-or-later
#include "handlers/handlerkinds.h"
#include "services/actions.h"
#include "services/connections.h"
#include "services/laneworkers.h"
#include "services/runtalk.h"
#include "store/runstore.h"

#include <QCoreApplication>

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

LedgerOf ledgersOf(Connections& connections)
{
    return [&connections](const GroupName& group) { return connections.ledgerOf(group); };
}

Planner plannerFor(const ActionContext& context, OutboxStore* outbox, const ReplayParts& parts)
{
    return Planner(
        context.connections.profile(),
        outbox,
        *parts.broker,
        parts.ledger,
        context.clock,
        ledgersOf(context.connections));
}

/// A plan's events and payloads are frozen; the outbox only tells which are overtaken, so that one
/// that does not answer is no reason to fail.
OutboxStore* outboxOf(Connections& connections)
{
    const auto outbox = connections.outbox();
    return outbox ? *outbox : nullptr;
}

Result<RunReport> run(
    const ActionContext& context,
    const Plan& plan,
    ReplayOptions options,
    const QList<Outcome>& done,
    const RunSeams& seams)
{
    const auto parts = openParts(context.connections, plan.handler, plan.group);
    if (!parts)
        return parts.error();
    const auto handler =
        makeHandler(parts->settings, {*parts->broker, context.clock, context.stop});
    if (!handler)
        return handler.error();
    if ((*handler)->guard() == Handler::Guard::Ledger && !parts->ledger)
        return noLedger(parts->settings);
    // Without a step function a failure inside the canary ladder stops the run.
    Replayer::StepFn step;
    RunLog* log = seams.runs;
    std::optional<ToldRunLog> told;
    if (seams.talk) {
        log = &told.emplace(seams.runs, seams.talk);
        options.gate = seams.talk->gate();
        if (seams.asksAtSteps) {
            step = [&](const RunReport&) { return seams.talk->ask(context.stop); };
        }
    }
    const auto workers = makeReplayWorkers(
        options.concurrency,
        {context.connections.backends(),
         parts->settings,
         ledgerIndex(context.connections.profile(), parts->settings, plan.group),
         context.clock,
         context.stop});
    Replayer replayer(
        **handler, parts->ledger, *parts->broker, log, context.clock, {}, workers.get());
    if ((*handler)->guard() == Handler::Guard::Consumers && parts->settings.ledger.isEmpty())
        replayer.watchLedgers(ledgersOf(context.connections));
    return replayer.run(
        seams.runId,
        plan,
        options,
        context.connections.profile().thresholds.idle,
        done,
        step,
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
    return plannerFor(context, *outbox, *parts).make(request, context.progress, context.stop);
}

Result<Plan> judgeAgain(const ActionContext& context, const Plan& plan)
{
    const auto parts = openParts(context.connections, plan.handler, plan.group);
    if (!parts)
        return parts.error();
    return plannerFor(context, outboxOf(context.connections), *parts)
        .judgeAgain(plan, context.stop);
}

Result<Plan> planFor(const ActionContext& context, const Plan& plan, const QString& handler)
{
    const auto parts = openParts(context.connections, handler, plan.group);
    if (!parts)
        return parts.error();
    return plannerFor(context, outboxOf(context.connections), *parts)
        .forHandler(plan, handler, context.stop);
}

Result<RunReport> replay(
    const ActionContext& context,
    const Plan& plan,
    const ReplayOptions& options,
    const RunSeams& seams)
{
    return run(context, plan, options, {}, seams);
}

Result<RunReport> resume(const ActionContext& context, bool repeatInDoubt, const RunSeams& seams)
{
    if (!seams.runs) {
        return Error{
            Error::Kind::Refused,
            QCoreApplication::translate(
                "outboard",
                "Runs are not kept on this machine, so this one cannot be resumed. Make a new "
                "plan: what was applied is skipped."),
            {}};
    }
    auto stored = seams.runs->load(seams.runId);
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
    return run(context, stored->plan, stored->options, stored->outcomes, seams);
}

} // namespace outboard::action
