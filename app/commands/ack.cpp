// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/broker.h"
#include "commands/commandlist.h"
#include "commands/idlists.h"
#include "commands/pendingtarget.h"
#include "context.h"
#include "jsonvalues.h"
#include "ledger/ledger.h"
#include "services/claimer.h"
#include "services/journalintents.h"
#include "services/pendingpages.h"
#include "services/processedentries.h"
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

NamedIds lists(const AckReport& report)
{
    return {
        {u"acknowledged"_s, Text::tr("Acknowledged"), report.acknowledged, true},
        {u"not_pending"_s, Text::tr("Was acknowledged before"), report.notPending, true},
        {u"refused"_s, Text::tr("Refused"), report.refused, true},
        {u"not_tried"_s, Text::tr("Not tried"), report.notTried, false},
        {u"unknown"_s,
         Text::tr("Unknown: the connection broke before the answer"),
         report.unknown,
         false},
    };
}

ExitCode exitCodeOf(const AckReport& report)
{
    const bool isWhole = report.notPending.empty() && report.refused.empty()
                         && report.notTried.empty() && report.unknown.empty();
    const ExitCode code = isWhole ? ExitCode::Done : ExitCode::InPart;
    return report.error ? worse(code, exitCodeOf(*report.error)) : code;
}

Result<std::unique_ptr<Ledger>> ledgerOfGroup(Context& context, const GroupName& group)
{
    context.findLedgers();
    const auto index = ledgerOf(context.profile(), group);
    if (!index) {
        return usageError(
            Text::tr("No ledger of profile \"%1\" records what group \"%2\" handled. Add "
                     "one to \"ledgers\", or name entries with --id.")
                .arg(context.profile().name, group.text()));
    }
    return context.openLedger(*index, Access::Monitor);
}

/// What --ledger-done would acknowledge now.
Result<std::vector<EntryId>> processedEntries(
    Context& context, Broker& broker, Ledger& ledger, const PendingTarget& target)
{
    PendingQuery query;
    query.topic = target.stream;
    query.group = target.group;
    std::vector<EntryId> done;
    const auto walked = forEachPendingPage(
        broker, query, context.stop(), [&](std::vector<PendingEntry>& entries) -> Result<void> {
            const auto processed =
                processedAmong(broker, ledger, target.stream, target.group, entries);
            if (!processed)
                return processed.error();
            done.insert(done.end(), processed->ids.begin(), processed->ids.end());
            return {};
        });
    if (!walked)
        return walked.error();
    return done;
}

Result<ExitCode> dryRun(
    Context& context, Broker& broker, const PendingTarget& target, const std::vector<EntryId>& ids)
{
    const QStringList commands =
        broker.pending()->acknowledgeCommands(target.stream, target.group, ids);
    QJsonObject document = idsJson(lists({}));
    document.insert(u"dry_run"_s, true);
    document.insert(u"would_acknowledge"_s, json::ids(ids));
    document.insert(u"commands"_s, QJsonArray::fromStringList(commands));
    context.out().document(document);
    context.out().text(Text::tr("Would acknowledge %1 entries with:\n  %2\n")
                           .arg(format::number(static_cast<qint64>(ids.size())))
                           .arg(commands.join(u"\n  "_s)));
    return ExitCode::Done;
}

Result<AckReport> acknowledge(
    Context& context,
    Broker& broker,
    Ledger* ledger,
    const PendingTarget& target,
    const std::vector<EntryId>& ids,
    Recording& recording)
{
    Claimer claimer(broker);
    if (ledger) {
        auto report = claimer.acknowledgeProcessed(
            target.stream, target.group, *ledger, context.progress(), context.stop());
        if (report) {
            if (const auto told = recording.found(journalIdList(report->acknowledged)); !told)
                report->error = told.error();
        }
        return report;
    }
    return claimer.acknowledge(
        target.stream, target.group, ids, context.progress(), context.stop());
}

QString question(const PendingTarget& target, const std::vector<EntryId>& ids, bool isLedgerDone)
{
    if (isLedgerDone) {
        return Text::tr("Acknowledge all entries of %1 / %2 whose event the ledger holds?")
            .arg(target.stream.text(), target.group.text());
    }
    return Text::tr("Acknowledge %1 entries of %2 / %3? The group will never see them again.")
        .arg(format::number(static_cast<qint64>(ids.size())))
        .arg(target.stream.text(), target.group.text());
}

Result<ExitCode> previewAcknowledge(
    Context& context,
    Broker& broker,
    Ledger* ledger,
    const PendingTarget& target,
    const std::vector<EntryId>& ids)
{
    if (!ledger)
        return dryRun(context, broker, target, ids);
    const auto done = processedEntries(context, broker, *ledger, target);
    if (!done)
        return done.error();
    return dryRun(context, broker, target, *done);
}

Result<ExitCode> acknowledgeAndReport(
    Context& context,
    Broker& broker,
    Ledger* ledger,
    const PendingTarget& target,
    const std::vector<EntryId>& ids)
{
    const Count count = ledger ? Count::unknown(Text::tr("only the ledger tells"))
                               : Count::exact(qint64(ids.size()));
    if (const auto refused =
            context.refuseUnlessConfirmed(question(target, ids, ledger != nullptr), count))
        return *refused;
    const auto report = context.act<AckReport>(
        broker.pending()->acknowledgeCommands(target.stream, target.group, ids),
        [&](Recording& recording) {
            return acknowledge(context, broker, ledger, target, ids, recording);
        });
    if (!report)
        return report.error();
    context.out().document(idsJson(lists(*report)));
    context.out().text(idsText(lists(*report)));
    if (report->error)
        context.out().error(*report->error);
    return exitCodeOf(*report);
}

Result<ExitCode> openAndAcknowledge(
    Context& context, const PendingTarget& target, const std::vector<EntryId>& ids)
{
    const auto broker = context.openBroker(context.isDryRun() ? Access::Monitor : Access::Operate);
    if (!broker)
        return broker.error();
    if (!(*broker)->pending())
        return usageError(Text::tr("This kind of broker has no pending lists."));
    std::unique_ptr<Ledger> ledger;
    if (context.line().has(u"ledger-done"_s)) {
        auto opened = ledgerOfGroup(context, target.group);
        if (!opened)
            return opened.error();
        ledger = std::move(*opened);
    }
    return context.isDryRun() ? previewAcknowledge(context, **broker, ledger.get(), target, ids)
                              : acknowledgeAndReport(context, **broker, ledger.get(), target, ids);
}

Result<ExitCode> runAck(Context& context)
{
    const CommandLine& line = context.line();
    if (line.has(u"id"_s) == line.has(u"ledger-done"_s)) {
        return usageError(
            Text::tr("Which entries? Give either --id ID.., or --ledger-done (those whose "
                     "event the ledger holds)."));
    }
    const auto target = pendingTarget(line);
    if (!target)
        return target.error();
    const auto ids = entryIds(line);
    if (!ids)
        return ids.error();
    context.declare(
        line.has(u"ledger-done"_s)
            ? intent::acknowledgeProcessed(context.profile(), target->stream, target->group)
            : intent::acknowledge(context.profile(), target->stream, target->group, *ids));
    if (const auto refused = context.refuseUnlessAllowed())
        return *refused;
    return openAndAcknowledge(context, *target, *ids);
}

} // namespace

Command ackCommand()
{
    Command command;
    command.name = u"ack"_s;
    command.summary = Text::tr("acknowledge entries, so that their group is done with them");
    command.options = pendingTargetOptions();
    command.options += QList<OptionSpec>{
        {u"id"_s, Takes::Many, u"ID"_s, Text::tr("these entries")},
        {u"ledger-done"_s,
         Takes::Nothing,
         {},
         Text::tr("all whose event the group's ledger holds")},
    };
    command.writes = true;
    command.run = runAck;
    return command;
}

} // namespace outboard
