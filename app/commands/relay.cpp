// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/relay.h"

#include "commands/commandlist.h"
#include "commands/relayviacelery.h"
#include "context.h"
#include "jsonvalues.h"
#include "outbox/outboxstore.h"
#include "services/journalintents.h"
#include "text.h"
#include "text/format.h"

#include <limits>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

using Takes = OptionSpec::Takes;

constexpr qint64 countedRows = 100'000;

Result<Durability> durability(const CommandLine& line)
{
    const QString text = line.has(u"durability"_s) ? line.value(u"durability"_s) : u"reply"_s;
    bool isNumber = false;
    const int replicas = text.section(u':', 1).toInt(&isNumber);
    if (text == u"reply"_s)
        return Durability{};
    if (text == u"waitaof"_s)
        return Durability{Durability::Kind::Disk, 0};
    if (text.startsWith(u"wait:") && isNumber && replicas > 0)
        return Durability{Durability::Kind::Replicas, replicas};
    return Error{
        Error::Kind::Refused,
        Text::tr("--durability must be reply, wait:N (N replicas) or waitaof, but it is \"%1\".")
            .arg(text),
        {}};
}

Result<RelayRequest> relayRequest(const CommandLine& line)
{
    RelayRequest request;
    for (const QString& topic : line.values(u"topic"_s))
        request.topics.append(TopicName::fromText(topic));
    const auto batch = line.number(u"batch"_s, 1, 1000);
    if (!batch)
        return batch.error();
    request.batch = batch->value_or(request.batch);
    const auto max = line.number(u"max"_s, 1, std::numeric_limits<qint64>::max());
    if (!max)
        return max.error();
    request.max = *max;
    const auto kind = durability(line);
    if (!kind)
        return kind.error();
    request.durability = *kind;
    return request;
}

QJsonObject reportJson(const RelayReport& report)
{
    QJsonArray failed;
    for (const RelayFailure& failure : report.failed) {
        failed.append(QJsonObject{{u"id"_s, failure.id.text()}, {u"error"_s, failure.error.what}});
    }
    return {
        {u"published"_s, report.published},
        {u"failed"_s, failed},
        {u"remaining"_s, json::count(report.remaining)},
        {u"duplicates_possible"_s, report.duplicatesPossible},
        {u"elapsed_s"_s, json::seconds(std::optional(report.elapsed))},
    };
}

QString reportText(const RelayReport& report)
{
    QString text = Text::tr("Published: %1 in %2\n")
                       .arg(format::number(report.published), format::duration(report.elapsed));
    text += Text::tr("Still unpublished: %1\n").arg(format::count(report.remaining));
    if (report.duplicatesPossible > 0) {
        text +=
            Text::tr("Possibly sent and still unpublished: %1. They will be sent again with the "
                     "same event id.\n")
                .arg(format::number(report.duplicatesPossible));
    }
    for (const RelayFailure& failure : report.failed) {
        text += Text::tr("Refused: row %1: %2\n")
                    .arg(format::oneLine(failure.id.text()), failure.error.what);
    }
    return text;
}

ExitCode exitCodeOf(const RelayReport& report)
{
    if (report.error)
        return report.published > 0 ? worse(ExitCode::InPart, exitCodeOf(*report.error))
                                    : exitCodeOf(*report.error);
    return report.stopped || !report.failed.isEmpty() ? ExitCode::InPart : ExitCode::Done;
}

QString topicsName(const RelayRequest& request)
{
    QStringList names;
    for (const TopicName& topic : request.topics)
        names.append(topic.text());
    return names.isEmpty() ? Text::tr("all topics") : names.join(u", "_s);
}

/// With names in place of what a row holds.
QStringList relayCommands(OutboxStore& outbox, Broker& broker, const RelayRequest& request)
{
    const RelayBatch batch{request.topics, request.batch, {}, Milliseconds(10'000)};
    OutgoingMessage example;
    example.topic = request.topics.value(0, TopicName::fromText(u"TOPIC"_s));
    example.eventId = EventId::fromText(u"EVENT-ID"_s);
    example.payload = "PAYLOAD";
    return outbox.relaySql(batch) + broker.publishCommands(example, request.durability);
}

/// What a run would do: the report of no work, how much waits, and the commands.
Result<ExitCode> dryRun(Context& context, const RelayRequest& request)
{
    const auto outbox = context.openOutbox(Access::Monitor);
    if (!outbox)
        return outbox.error();
    const auto broker = context.openBroker(Access::Monitor);
    if (!broker)
        return broker.error();
    RelayReport report;
    const auto remaining = (*outbox)->countUnpublished(request.topics, countedRows);
    if (!remaining)
        return remaining.error();
    report.remaining = *remaining;
    const QStringList commands = relayCommands(**outbox, **broker, request);
    QJsonObject document = reportJson(report);
    document.insert(u"dry_run"_s, true);
    document.insert(u"commands"_s, QJsonArray::fromStringList(commands));
    context.out().document(document);
    context.out().text(
        Text::tr("Would relay %1 rows of %2 with, for each batch:\n  %3\n")
            .arg(format::count(report.remaining), topicsName(request), commands.join(u"\n  "_s)));
    return ExitCode::Done;
}

Result<ExitCode> printed(Context& context, const RelayReport& report)
{
    const bool didNothing =
        report.published == 0 && report.failed.isEmpty() && report.duplicatesPossible == 0;
    if (report.error && didNothing)
        return *report.error;
    context.out().document(reportJson(report));
    context.out().text(reportText(report));
    if (report.error)
        context.out().error(*report.error);
    return exitCodeOf(report);
}

Result<ExitCode> relayDirectly(Context& context, const RelayRequest& request)
{
    const auto outbox = context.openOutbox(Access::Operate);
    if (!outbox)
        return outbox.error();
    const auto broker = context.openBroker(Access::Operate);
    if (!broker)
        return broker.error();
    const auto waiting = (*outbox)->countUnpublished(request.topics, countedRows);
    if (!waiting)
        return waiting.error();
    const QString question = Text::tr("Relay %1 unpublished rows of %2 on profile \"%3\" (%4)?")
                                 .arg(
                                     format::count(*waiting),
                                     topicsName(request),
                                     context.profile().name,
                                     environmentName(context.profile().environment));
    const bool isCut = request.max && waiting->isKnown() && *request.max < waiting->value;
    const Count affected = isCut ? Count::exact(*request.max) : *waiting;
    if (const auto refused = context.refuseUnlessConfirmed(question, affected))
        return *refused;
    const auto relayed = context.act<RelayReport>(
        relayCommands(**outbox, **broker, request), [&](Recording& recording) {
            return Relay(**outbox, **broker)
                .run(
                    request,
                    context.progress(),
                    context.stop(),
                    [&recording](const QList<QByteArray>& ids) { return recording.found(ids); });
        });
    if (!relayed)
        return relayed.error();
    return printed(context, *relayed);
}

Result<ExitCode> runRelay(Context& context)
{
    const auto request = relayRequest(context.line());
    if (!request)
        return request.error();
    const auto isCelery = viaCelery(context.line());
    if (!isCelery)
        return isCelery.error();
    context.declare(
        *isCelery ? intent::relayViaCelery(context.profile())
                  : intent::relay(context.profile(), *request));
    if (const auto refused = context.refuseUnlessAllowed())
        return *refused;
    if (*isCelery)
        return relayViaCelery(context);
    return context.isDryRun() ? dryRun(context, *request) : relayDirectly(context, *request);
}

} // namespace

Command relayCommand()
{
    Command command;
    command.name = u"relay"_s;
    command.summary = Text::tr("send unpublished rows to the broker and mark them as published");
    command.options = {
        {u"topic"_s, Takes::Each, u"TOPIC"_s, Text::tr("only this topic")},
        {u"batch"_s, Takes::One, u"N"_s, Text::tr("rows in one transaction, 1 to 1000 (500)")},
        {u"max"_s, Takes::One, u"N"_s, Text::tr("stop after N rows")},
        {u"via"_s,
         Takes::One,
         u"direct|celery"_s,
         Text::tr("relay here (direct), or ask the service's own relay task to run (celery)")},
        {u"durability"_s,
         Takes::One,
         u"reply|wait:N|waitaof"_s,
         Text::tr("what the broker must have done before a row counts as published (reply)")},
    };
    command.writes = true;
    command.run = runRelay;
    return command;
}

} // namespace outboard
