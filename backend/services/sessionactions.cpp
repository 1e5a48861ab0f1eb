// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/actions.h"
#include "services/journalintents.h"
#include "services/previews.h"
#include "services/session_p.h"
#include "text/format.h"

#include <QUuid>

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

Result<void> completeRestore(
    Connections& connections, JournalIntent& intent, const QStringList& ids, DeadStore* store)
{
    const auto rows =
        store ? store->load(ids) : Result<QList<DiscardedLetter>>(QList<DiscardedLetter>());
    if (!rows)
        return rows.error();
    QList<DeadLetter> letters;
    for (const DiscardedLetter& row : *rows)
        letters.append(row.letter);
    intent = intent::restoreDead(connections.profile(), letters);
    const auto commands = preview::restoreDead(connections, letters, store);
    if (!commands)
        return commands.error();
    intent.commands = *commands;
    return {};
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

ActionRunner& Session::runner()
{
    return d->runner;
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

StartedRun Session::startRun(
    DescribedAction described,
    const QString& runId,
    AtStep atStep,
    std::function<Result<RunReport>(const ActionContext&, const action::RunSeams&)> work)
{
    auto talk = std::make_shared<RunTalk>();
    const auto started = act<RunReport>(
        std::move(described),
        [=, runs = d->runs, work = std::move(work)](const ActionContext& context) {
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
    return startRun(
        {title,
         intent::replay(profile(), plan, options),
         withCommands([plan, clock = d->clock](Connections& connections) {
             return preview::replay(connections, plan, clock);
         })},
        runId,
        atStep,
        [plan, options](const auto& context, const auto& seams) {
            return action::replay(context, plan, options, seams);
        });
}

StartedRun Session::resume(const QString& runId, bool repeatInDoubt, AtStep atStep)
{
    return startRun(
        {tr("Resume run %1").arg(format::oneLine(runId.left(8))),
         intent::resume(profile(), runId),
         [runId, repeatInDoubt, runs = d->runs, clock = d->clock](
             Connections& connections, JournalIntent& intent) {
             const auto stored = runs ? runs->load(runId) : Result<StoredRun>(Error{});
             // What cannot be resumed says so itself.
             return stored ? completeResume(connections, intent, *stored, repeatInDoubt, clock)
                           : Result<void>();
         }},
        runId,
        atStep,
        [repeatInDoubt](const auto& context, const auto& seams) {
            return action::resume(context, repeatInDoubt, seams);
        });
}

Started<DiscardReport> Session::discardDead(const QList<DeadLetter>& letters, const QString& reason)
{
    return act<DiscardReport>(
        {tr("Discard %1 dead letters").arg(format::number(letters.size())),
         intent::discardDead(profile(), letters, reason),
         withCommands([letters, store = d->deadStore](Connections& connections) {
             return preview::discardDead(connections, letters, store.get());
         })},
        [letters, reason, store = d->deadStore](const ActionContext& context) {
            return action::discardDead(context, letters, reason, store.get());
        });
}

Started<RestoreReport> Session::restoreDead(const QStringList& ids)
{
    return act<RestoreReport>(
        {tr("Restore %1 dead letters").arg(format::number(ids.size())),
         intent::restoreDead(profile(), {}),
         [ids, store = d->deadStore](Connections& connections, JournalIntent& intent) {
             return completeRestore(connections, intent, ids, store.get());
         }},
        [ids, store = d->deadStore](const ActionContext& context) {
            return action::restoreDead(context, ids, store.get());
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
