// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/broker.h"
#include "commands/commandlist.h"
#include "commands/handlerledger.h"
#include "commands/plantext.h"
#include "commands/replaysource.h"
#include "context.h"
#include "handlers/handlerkinds.h"
#include "jsonvalues.h"
#include "ledger/ledger.h"
#include "outbox/outboxstore.h"
#include "services/journalintents.h"
#include "services/laneworkers.h"
#include "services/planner.h"
#include "services/previews.h"
#include "services/replayer.h"
#include "store/runstore.h"
#include "text.h"
#include "text/format.h"

#include <limits>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

using Takes = OptionSpec::Takes;

QJsonArray outcomesJson(const RunReport& report, OutcomeKind kind)
{
    QJsonArray outcomes;
    for (const Outcome& outcome : report.outcomes) {
        if (outcome.kind == kind) {
            outcomes.append(QJsonObject{
                {u"event_id"_s, json::bytes(outcome.eventId.bytes())},
                {u"error"_s, outcome.reason}});
        }
    }
    return outcomes;
}

QJsonObject reportJson(const RunReport& report)
{
    return {
        {u"run_id"_s, report.runId},
        {u"applied"_s, report.applied},
        {u"skipped"_s, report.skipped},
        {u"failed"_s, outcomesJson(report, OutcomeKind::Failed)},
        // Apart from those that failed: whoever tries those again must not repeat these.
        {u"in_doubt"_s, outcomesJson(report, OutcomeKind::InDoubt)},
        {u"no_verdict"_s, report.noVerdict},
        {u"stopped"_s, report.stopped},
    };
}

QString reportText(const RunReport& report)
{
    QString text =
        Text::tr("Run %1: %2 applied, %3 skipped, %4 failed, %5 sent without a verdict yet\n")
            .arg(report.runId)
            .arg(format::number(report.applied), format::number(report.skipped))
            .arg(format::number(report.failed), format::number(report.noVerdict));
    if (report.inDoubt > 0) {
        text +=
            Text::tr("In doubt (may have been applied): %1\n").arg(format::number(report.inDoubt));
    }
    if (report.notRun > 0)
        text += Text::tr("Not run: %1\n").arg(format::number(report.notRun));
    if (report.stopped)
        text += Text::tr("Stopped: %1\n").arg(report.stopReason);
    for (const Outcome& outcome : report.outcomes) {
        if (outcome.kind == OutcomeKind::Failed || outcome.kind == OutcomeKind::InDoubt)
            text += u"  %1: %2\n"_s.arg(format::oneLine(outcome.eventId.bytes()), outcome.reason);
    }
    return text;
}

ExitCode exitCodeOf(const RunReport& report)
{
    const bool isWhole =
        report.failed == 0 && report.inDoubt == 0 && report.notRun == 0 && !report.stopped;
    const ExitCode code = isWhole ? ExitCode::Done : ExitCode::InPart;
    return report.error ? worse(code, exitCodeOf(*report.error)) : code;
}

/// Judges again and says what would happen; nothing runs.
Result<ExitCode> dryRun(
    Context& context, const ReplaySource& source, Broker& broker, Ledger* ledger)
{
    const auto outbox = context.openOutbox(Access::Monitor);
    if (!outbox)
        return outbox.error();
    GroupLedgers ledgers(context, Access::Monitor);
    const auto plan = Planner(
                          context.profile(),
                          outbox->get(),
                          broker,
                          ledger,
                          systemClock(),
                          [&ledgers](const GroupName& group) { return ledgers.of(group); })
                          .judgeAgain(source.plan, context.stop());
    if (!plan)
        return plan.error();
    const qsizetype willRun = plan->count(Verdict::Run)
                              + (source.options.includeUnknown ? plan->count(Verdict::Unknown) : 0);
    QJsonObject document = reportJson({});
    document.insert(u"run_id"_s, QJsonValue(QJsonValue::Null));
    document.insert(u"dry_run"_s, true);
    document.insert(u"would_run"_s, willRun);
    context.out().document(document);
    context.out().text(Text::tr("Would run %1 of %2 events with %3: %4\n")
                           .arg(format::number(willRun), format::number(plan->items.size()))
                           .arg(plan->handler, verdictCounts(*plan)));
    return ExitCode::Done;
}

qsizetype willRun(const ReplaySource& source)
{
    return source.plan.count(Verdict::Run)
           + (source.options.includeUnknown ? source.plan.count(Verdict::Unknown) : 0);
}

QString question(const Context& context, const ReplaySource& source)
{
    return Text::tr("Replay %1 events with %2 on profile \"%3\" (%4)? The plan says: %5.")
        .arg(format::number(willRun(source)), source.plan.handler, context.profile().name)
        .arg(environmentName(context.profile().environment), verdictCounts(source.plan));
}

JournalIntent intentOf(const Context& context, const ReplaySource& source)
{
    if (!context.line().has(u"resume"_s))
        return intent::replay(context.profile(), source.plan, source.options);
    JournalIntent resumed = intent::resume(context.profile(), source.runId);
    resumed.ids = intent::idsLeft(context.profile(), source.plan, source.options, source.done);
    return resumed;
}

/// The handler's commands, with the ledger's statements around them.
QStringList guardedBy(const Ledger* ledger, const Handler& handler)
{
    const bool isGuarded = ledger && handler.guard() == Handler::Guard::Ledger;
    return isGuarded ? ledger->markSql(handler.commands()) : handler.commands();
}

ExitCode printed(Context& context, const RunReport& report)
{
    context.out().document(reportJson(report));
    context.out().text(reportText(report));
    if (report.error)
        context.out().error(*report.error);
    const ExitCode code = exitCodeOf(report);
    if (report.notRun > 0) {
        context.out().message(Text::tr("Go on with: outboard --profile %1 replay --resume %2")
                                  .arg(context.profile().name, report.runId));
    }
    if (report.inDoubt > 0) {
        context.out().message(
            Text::tr("Those in doubt are repeated only by: outboard --profile %1 replay --resume "
                     "%2 --include-unknown")
                .arg(context.profile().name, report.runId));
    }
    return code;
}

Result<ExitCode> run(Context& context, const ReplaySource& source, Broker& broker, Ledger* ledger)
{
    const auto settings = findHandler(context.profile(), source.plan.handler);
    if (!settings)
        return settings.error();
    const auto handler = makeHandler(*settings, {broker, systemClock(), context.stop()});
    if (!handler)
        return handler.error();
    if ((*handler)->guard() == Handler::Guard::Ledger && !ledger) {
        return Error{
            Error::Kind::Refused,
            Text::tr("Handler \"%1\" needs a ledger, so that no event is applied twice. Add one to "
                     "\"ledgers\" of the profile.")
                .arg(settings->name),
            {}};
    }
    if (const auto refused =
            context.refuseUnlessConfirmed(question(context, source), Count::exact(willRun(source))))
        return *refused;
    const auto commands = preview::replay(
        broker, source.plan, context.profile().thresholds.idle, guardedBy(ledger, **handler));
    if (!commands)
        return commands.error();
    GroupLedgers ledgers(context, Access::Operate);
    const auto done = context.act<RunReport>(*commands, [&](Recording&) {
        const auto workers = makeReplayWorkers(
            source.options.concurrency,
            {context.backends(),
             *settings,
             ledgerIndex(context.profile(), *settings, source.plan.group),
             systemClock(),
             context.stop()});
        Replayer replayer(
            **handler, ledger, broker, source.runs.get(), systemClock(), {}, workers.get());
        if ((*handler)->guard() == Handler::Guard::Consumers && settings->ledger.isEmpty())
            replayer.watchLedgers([&ledgers](const GroupName& group) { return ledgers.of(group); });
        return replayer.run(
            source.runId,
            source.plan,
            source.options,
            context.profile().thresholds.idle,
            source.done,
            {},
            context.progress(),
            context.stop());
    });
    if (!done)
        return done.error();
    return printed(context, *done);
}

Result<ExitCode> runReplay(Context& context)
{
    const auto source = replaySource(context);
    if (!source)
        return source.error();
    context.declare(intentOf(context, *source));
    if (const auto refused = context.refuseUnlessAllowed())
        return *refused;
    if (source->plan.profile != context.profile().name) {
        return context.refuse(
            Text::tr("The plan was made for profile \"%1\", not for \"%2\". Nothing was changed.")
                .arg(source->plan.profile, context.profile().name));
    }
    context.findLedgers();
    const Access access = context.isDryRun() ? Access::Monitor : Access::Operate;
    const auto broker = context.openBroker(access);
    if (!broker)
        return broker.error();
    const auto ledger =
        openHandlerLedger(context, source->plan.handler, source->plan.group, access);
    if (!ledger)
        return ledger.error();
    return context.isDryRun() ? dryRun(context, *source, **broker, ledger->get())
                              : run(context, *source, **broker, ledger->get());
}

} // namespace

Command replayCommand()
{
    Command command;
    command.name = u"replay"_s;
    command.summary = Text::tr("run a plan: apply its events, none of them twice");
    command.positional = u"[PLAN-FILE]"_s;
    command.options = {
        {u"resume"_s,
         Takes::One,
         u"RUN"_s,
         Text::tr("go on with a run that was cut off or stopped")},
        {u"canary"_s,
         Takes::One,
         u"1,5,20"_s,
         Text::tr("sizes of the first steps (1,5,20,100); 0 for none")},
        {u"rate"_s, Takes::One, u"N"_s, Text::tr("at most N events a second")},
        {u"concurrency"_s,
         Takes::One,
         u"N"_s,
         Text::tr("apply N events, or batches, at a time; those of one key stay in order")},
        {u"stop-after"_s, Takes::One, u"N"_s, Text::tr("stop after N failures")},
        {u"stop-share"_s,
         Takes::One,
         u"X"_s,
         Text::tr("stop when this share of the events tried failed, like 0.1 or 10%")},
        {u"include-unknown"_s,
         Takes::Nothing,
         {},
         Text::tr("also run what no ledger can vouch for; with --resume, repeat what is in doubt")},
    };
    command.writes = true;
    command.run = runReplay;
    return command;
}

} // namespace outboard
