// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/broker.h"
#include "commands/commandlist.h"
#include "commands/idlists.h"
#include "commands/pendingtarget.h"
#include "context.h"
#include "jsonvalues.h"
#include "services/claimer.h"
#include "services/journalintents.h"
#include "text.h"
#include "text/format.h"

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

using Takes = OptionSpec::Takes;

Error usageError(const QString& what)
{
    return {Error::Kind::Refused, what, {}};
}

Result<void> checkChoices(const CommandLine& line)
{
    if (line.has(u"id"_s) == line.has(u"stuck"_s)) {
        return usageError(Text::tr(
            "Which entries? Give either --id ID.. or --stuck (all idle for at least --min-idle)."));
    }
    if (line.has(u"to"_s) == line.has(u"release"_s)) {
        return usageError(Text::tr(
            "To whom? Give either --to CONSUMER, or --release (the next auto-claim takes them)."));
    }
    return {};
}

/// The request without ids, which --stuck still has to look for.
Result<ClaimRequest> claimRequest(const Context& context)
{
    const CommandLine& line = context.line();
    if (auto checked = checkChoices(line); !checked)
        return checked.error();
    const auto target = pendingTarget(line);
    if (!target)
        return target.error();
    const auto minIdle = line.duration(u"min-idle"_s);
    if (!minIdle)
        return minIdle.error();
    auto ids = entryIds(line);
    if (!ids)
        return ids.error();
    ClaimRequest request;
    request.topic = target->stream;
    request.group = target->group;
    request.ids = std::move(*ids);
    request.minIdle = minIdle->value_or(context.profile().thresholds.idle);
    request.effect = line.has(u"release"_s) ? ClaimEffect::Release : ClaimEffect::HandOver;
    request.consumer = ConsumerName::fromText(line.value(u"to"_s));
    if (request.consumer == replayConsumer())
        request.effect = ClaimEffect::TakeForReplay;
    return request;
}

Result<std::vector<EntryId>> stuckEntries(
    Context& context, Broker& broker, const ClaimRequest& request)
{
    PendingQuery query;
    query.topic = request.topic;
    query.group = request.group;
    query.minIdle = request.minIdle;
    const auto entries = Claimer(broker).scan(query, context.progress(), context.stop());
    context.out().endProgress();
    if (!entries)
        return entries.error();
    std::vector<EntryId> ids;
    for (const PendingEntry& entry : *entries)
        ids.push_back(entry.id);
    return ids;
}

QString question(const ClaimRequest& request)
{
    const QString count = format::number(static_cast<qint64>(request.ids.size()));
    const QString idle = durationText(request.minIdle);
    if (request.effect == ClaimEffect::Release) {
        return Text::tr(
                   "Release %1 entries of %2 / %3 that are idle for at least %4, so that the next "
                   "auto-claim takes them?")
            .arg(count, request.topic.text(), request.group.text(), idle);
    }
    return Text::tr(
               "Hand %1 entries of %2 / %3 that are idle for at least %4 to %5? It sees them only "
               "when it reads its own pending list again.")
        .arg(count, request.topic.text(), request.group.text(), idle, request.consumer.text());
}

NamedIds lists(const ClaimReport& report)
{
    return {
        {u"claimed"_s, Text::tr("Claimed"), report.claimed, true},
        {u"taken"_s, Text::tr("Not idle long enough: somebody works on it"), report.taken, true},
        {u"not_pending"_s, Text::tr("No longer pending"), report.notPending, true},
        {u"gone"_s, Text::tr("Gone from the stream"), report.gone, true},
        {u"not_tried"_s, Text::tr("Not tried"), report.notTried, false},
        {u"unknown"_s,
         Text::tr("Unknown: the connection broke before the answer"),
         report.unknown,
         false},
    };
}

Result<ExitCode> dryRun(Context& context, Broker& broker, const ClaimRequest& request)
{
    const QStringList commands = broker.pending()->claimCommands(request);
    ClaimReport nothing;
    QJsonObject document = idsJson(lists(nothing));
    document.insert(u"dry_run"_s, true);
    document.insert(u"would_claim"_s, json::ids(request.ids));
    document.insert(u"commands"_s, QJsonArray::fromStringList(commands));
    context.out().document(document);
    context.out().text(Text::tr("Would claim %1 entries with:\n  %2\n")
                           .arg(format::number(static_cast<qint64>(request.ids.size())))
                           .arg(commands.join(u"\n  "_s)));
    return ExitCode::Done;
}

ExitCode exitCodeOf(const ClaimReport& report)
{
    const bool isWhole = report.taken.empty() && report.notPending.empty() && report.gone.empty()
                         && report.notTried.empty() && report.unknown.empty();
    const ExitCode code = isWhole ? ExitCode::Done : ExitCode::InPart;
    return report.error ? worse(code, exitCodeOf(*report.error)) : code;
}

Result<ExitCode> runClaim(Context& context)
{
    auto request = claimRequest(context);
    if (!request)
        return request.error();
    context.declare(intent::claim(context.profile(), *request));
    if (const auto refused = context.refuseUnlessAllowed())
        return *refused;
    const auto broker = context.openBroker(context.isDryRun() ? Access::Monitor : Access::Operate);
    if (!broker)
        return broker.error();
    if (!(*broker)->pending())
        return usageError(Text::tr("This kind of broker has no pending lists."));
    if (context.line().has(u"stuck"_s)) {
        auto ids = stuckEntries(context, **broker, *request);
        if (!ids)
            return ids.error();
        request->ids = std::move(*ids);
        context.declare(intent::claim(context.profile(), *request));
    }
    if (request->minIdle < context.profile().thresholds.idle) {
        context.out().message(
            Text::tr(
                "--min-idle %1 is less than the profile's idle threshold of %2: entries that a "
                "consumer is working on may be taken from it.")
                .arg(
                    durationText(request->minIdle),
                    durationText(context.profile().thresholds.idle)));
    }
    if (context.isDryRun())
        return dryRun(context, **broker, *request);
    if (!request->ids.empty()) {
        const Count count = Count::exact(qint64(request->ids.size()));
        if (const auto refused = context.refuseUnlessConfirmed(question(*request), count))
            return *refused;
    }
    const auto report =
        context.act<ClaimReport>((*broker)->pending()->claimCommands(*request), [&](Recording&) {
            return Claimer(**broker).claim(*request, context.progress(), context.stop());
        });
    if (!report)
        return report.error();
    context.out().document(idsJson(lists(*report)));
    context.out().text(idsText(lists(*report)));
    if (report->error)
        context.out().error(*report->error);
    return exitCodeOf(*report);
}

} // namespace

Command claimCommand()
{
    Command command;
    command.name = u"claim"_s;
    command.summary = Text::tr("move stuck entries to another consumer, or release them");
    command.options = pendingTargetOptions();
    command.options += QList<OptionSpec>{
        {u"id"_s, Takes::Many, u"ID"_s, Text::tr("these entries")},
        {u"stuck"_s, Takes::Nothing, {}, Text::tr("all entries idle for at least --min-idle")},
        {u"to"_s, Takes::One, u"CONSUMER"_s, Text::tr("hand them to this consumer")},
        {u"release"_s,
         Takes::Nothing,
         {},
         Text::tr("let the next auto-claim take them; delivery counts stay")},
        {u"min-idle"_s,
         Takes::One,
         u"60s"_s,
         Text::tr("never take an entry delivered more recently (the profile's idle threshold)")},
    };
    command.writes = true;
    command.run = runClaim;
    return command;
}

} // namespace outboard
