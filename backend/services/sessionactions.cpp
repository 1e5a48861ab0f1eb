// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/actions.h"
#include "services/journalintents.h"
#include "services/previews.h"
#include "services/session_p.h"
#include "text/format.h"

namespace outboard {

namespace {

/// For DescribedAction::complete, where only the commands are missing.
template<class Preview>
auto withCommands(Preview preview)
{
    return [preview](Connections& connections, JournalIntent& intent) -> Result<void> {
        const Result<QStringList> commands = preview(connections);
        if (!commands)
            return commands.error();
        intent.commands = *commands;
        return {};
    };
}

/// The work between its intent and its result. `lost`: see recorded().
template<class T>
ActionRunner::Work<T> recordedWork(
    OpenedJournal journal,
    DescribedAction described,
    ActionRunner::Work<T> work,
    std::shared_ptr<std::optional<Error>> lost)
{
    return [=](const ActionContext& context) -> Result<T> {
        JournalIntent intent = described.intent;
        const auto completed =
            described.complete ? described.complete(context.connections, intent) : Result<void>();
        return recorded<T>(
            journal, intent, context.clock, *lost, [&](Recording& recording) -> Result<T> {
                if (!completed)
                    return completed.error();
                ActionContext told = context;
                told.found = [&recording](const QList<QByteArray>& ids) {
                    return recording.found(ids);
                };
                return work(told);
            });
    };
}

Result<void> completeResume(
    Connections& connections,
    JournalIntent& intent,
    const StoredRun& stored,
    bool repeatInDoubt,
    const Clock& clock)
{
    ReplayOptions options = stored.options;
    options.repeatInDoubt = repeatInDoubt;
    intent.ids = intent::idsLeft(connections.profile(), stored.plan, options, stored.outcomes);
    const auto commands = preview::replay(connections, stored.plan, clock);
    if (!commands)
        return commands.error();
    intent.commands = *commands;
    return {};
}

} // namespace

template<class T>
Started<T> Session::act(DescribedAction described, ActionRunner::Work<T> work)
{
    if (!isArmed()) {
        note(described.intent, journalResult(d->lock.refusal()));
        return d->runner.refuse<T>(described.title, d->lock.refusal());
    }
    const QString title = described.title;
    auto lost = std::make_shared<std::optional<Error>>();
    const Started<T> started = d->runner.start<T>(
        title,
        Access::Operate,
        recordedWork<T>(d->journal.opened(), std::move(described), std::move(work), lost));
    connect(started.operation, &Operation::finished, &d->poller, &Poller::pollNow);
    connect(started.operation, &Operation::finished, this, [this, lost] {
        if (*lost)
            emit journalFailed(**lost);
    });
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
        {title,
         intent::relay(profile(), request),
         withCommands([request, clock = d->clock](Connections& connections) {
             return preview::relayPattern(connections, request, clock);
         })},
        [request](const ActionContext& context) { return action::relay(context, request); });
}

Started<ClaimReport> Session::claim(const ClaimRequest& request)
{
    const QString title = tr("Claim %1 entries of %2")
                              .arg(format::number(static_cast<qint64>(request.ids.size())))
                              .arg(groupPlace(request.topic, request.group));
    return act<ClaimReport>(
        {title,
         intent::claim(profile(), request),
         withCommands(
             [request](Connections& connections) { return preview::claim(connections, request); })},
        [request](const ActionContext& context) { return action::claim(context, request); });
}

Started<AckReport> Session::acknowledge(
    const BrokerTopic& topic, const GroupName& group, std::vector<EntryId> ids)
{
    const QString title = tr("Acknowledge %1 entries of %2")
                              .arg(format::number(static_cast<qint64>(ids.size())))
                              .arg(groupPlace(topic, group));
    return act<AckReport>(
        {title,
         intent::acknowledge(profile(), topic, group, ids),
         withCommands([topic, group, ids](Connections& connections) {
             return preview::acknowledge(connections, topic, group, ids);
         })},
        [topic, group, ids](const ActionContext& context) {
            return action::acknowledge(context, topic, group, ids);
        });
}

Started<AckReport> Session::acknowledgeProcessed(const BrokerTopic& topic, const GroupName& group)
{
    const QString title =
        tr("Acknowledge what the ledger holds of %1").arg(groupPlace(topic, group));
    return act<AckReport>(
        {title,
         intent::acknowledgeProcessed(profile(), topic, group),
         withCommands([topic, group](Connections& connections) {
             return preview::acknowledge(connections, topic, group, {});
         })},
        [topic, group](const ActionContext& context) {
            return action::acknowledgeProcessed(context, topic, group);
        });
}

Started<RunReport> Session::replay(const Plan& plan, const ReplayOptions& options)
{
    const QString title = tr("Replay %1 events through \"%2\"")
                              .arg(format::number(plan.items.size()))
                              .arg(format::oneLine(plan.handler));
    return act<RunReport>(
        {title,
         intent::replay(profile(), plan, options),
         withCommands([plan, clock = d->clock](Connections& connections) {
             return preview::replay(connections, plan, clock);
         })},
        [plan, options, runs = d->runs](const ActionContext& context) {
            return action::replay(context, plan, options, runs.get());
        });
}

Started<RunReport> Session::resume(const QString& runId, bool repeatInDoubt)
{
    return act<RunReport>(
        {tr("Resume run %1").arg(format::oneLine(runId.left(8))),
         intent::resume(profile(), runId),
         [runId, repeatInDoubt, runs = d->runs, clock = d->clock](
             Connections& connections, JournalIntent& intent) {
             const auto stored = runs ? runs->load(runId) : Result<StoredRun>(Error{});
             // What cannot be resumed says so itself.
             return stored ? completeResume(connections, intent, *stored, repeatInDoubt, clock)
                           : Result<void>();
         }},
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
