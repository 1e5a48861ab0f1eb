// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/broker.h"
#include "commands/commandlist.h"
#include "commands/deadfilter.h"
#include "commands/handlerledger.h"
#include "commands/pendingtarget.h"
#include "commands/plantext.h"
#include "commands/replaysource.h"
#include "context.h"
#include "ledger/ledger.h"
#include "outbox/outboxstore.h"
#include "services/payloadmask.h"
#include "services/planfile.h"
#include "services/planner.h"
#include "store/runstore.h"
#include "text.h"

#include <QSaveFile>

#include <limits>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

using Takes = OptionSpec::Takes;
using From = PlanRequest::From;

Error usageError(const QString& what)
{
    return {Error::Kind::Refused, what, {}};
}

Result<From> planSource(const CommandLine& line)
{
    const QString name = line.value(u"from"_s);
    if (name == u"pending"_s)
        return From::Pending;
    if (name == u"dead"_s)
        return From::Dead;
    if (name == u"outbox"_s)
        return From::Outbox;
    if (name == u"ids"_s)
        return From::Ids;
    return usageError(
        Text::tr("Which events? Give --from pending, --from dead, --from outbox or --from ids."));
}

Result<void> readPending(const CommandLine& line, PlanRequest& request)
{
    const auto target = pendingTarget(line);
    if (!target)
        return target.error();
    const auto query = pendingQuery(line, *target);
    if (!query)
        return query.error();
    auto entries = entryIds(line);
    if (!entries)
        return entries.error();
    request.topic = target->stream;
    request.group = target->group;
    request.pending = *query;
    request.entries = std::move(*entries);
    return {};
}

Result<void> readDead(const CommandLine& line, PlanRequest& request)
{
    const auto filter = deadFilter(line);
    if (!filter)
        return filter.error();
    request.deadFilter = *filter;
    return {};
}

void readOutbox(const CommandLine& line, PlanRequest& request)
{
    request.outbox.payloadBytes = 0;
    if (line.has(u"topic"_s))
        request.outbox.topic = TopicName::fromText(line.value(u"topic"_s));
    for (const QString& id : line.values(u"id"_s))
        request.rows.push_back(OutboxRowId::fromText(id));
}

Result<void> readIds(const CommandLine& line, PlanRequest& request)
{
    for (const QString& id : line.values(u"id"_s))
        request.ids.push_back(EventId::fromText(id));
    if (request.ids.empty())
        return usageError(Text::tr("Which events? Give --id EVENT-ID.. after --from ids."));
    return {};
}

Result<PlanRequest> planRequest(const CommandLine& line)
{
    PlanRequest request;
    const auto from = planSource(line);
    if (!from)
        return from.error();
    request.from = *from;
    request.handler = line.has(u"handler"_s) ? line.value(u"handler"_s) : u"republish"_s;
    request.group = GroupName::fromText(line.value(u"group"_s));
    if (line.has(u"stream"_s))
        request.topic = BrokerTopic::fromText(line.value(u"stream"_s));
    const auto limit = line.number(u"limit"_s, 1, request.limit);
    if (!limit)
        return limit.error();
    request.limit = limit->value_or(request.limit);
    Result<void> read;
    if (*from == From::Pending)
        read = readPending(line, request);
    else if (*from == From::Dead)
        read = readDead(line, request);
    else if (*from == From::Ids)
        read = readIds(line, request);
    else
        readOutbox(line, request);
    if (!read)
        return read.error();
    return request;
}

/// With the payloads, or, where they are masked, without them; they are then kept on this machine.
Result<QByteArray> planBytes(const Plan& plan, const PayloadMask& mask)
{
    if (!mask.isOn())
        return planFile(plan, mask, nullptr);
    const auto runs = openRunStore();
    return runs ? planFile(plan, mask, runs->get()) : Result<QByteArray>(runs.error());
}

/// Payloads are in the file, so nobody else may read it.
Result<void> writePlan(const Plan& plan, const PayloadMask& mask, const QString& path)
{
    QSaveFile file(path);
    const auto bytes = planBytes(plan, mask);
    if (!bytes)
        return bytes.error();
    const QByteArray& json = *bytes;
    if (file.open(QIODevice::WriteOnly)
        && file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner)
        && file.write(json) == json.size() && file.commit())
        return {};
    return usageError(Text::tr("The plan cannot be written to %1: %2. Choose another --out FILE.")
                          .arg(path, file.errorString()));
}

Result<Plan> makePlan(Context& context, PlanRequest request)
{
    context.findLedgers();
    const auto broker = context.openBroker(Access::Monitor);
    if (!broker)
        return broker.error();
    const auto outbox = context.openOutbox(Access::Monitor);
    if (!outbox)
        return outbox.error();
    const auto ledger = openHandlerLedger(context, request.handler, request.group, Access::Monitor);
    if (!ledger)
        return ledger.error();
    if (!*ledger && context.profile().ledgers.size() < 2)
        context.out().message(Text::tr("No ledger tells what was handled: verdicts are unknown."));
    GroupLedgers ledgers(context, Access::Monitor);
    return Planner(
               context.profile(),
               outbox->get(),
               **broker,
               ledger->get(),
               systemClock(),
               [&ledgers](const GroupName& group) { return ledgers.of(group); })
        .make(request, context.progress(), context.stop());
}

Result<ExitCode> runPlan(Context& context)
{
    const auto request = planRequest(context.line());
    if (!request)
        return request.error();
    const auto plan = makePlan(context, *request);
    if (!plan)
        return plan.error();
    const QString path = context.line().value(u"out"_s);
    if (!path.isEmpty()) {
        if (auto written = writePlan(*plan, PayloadMask(context.profile()), path); !written)
            return written.error();
    }
    context.out().document(planDocument(*plan));
    context.out().text(planText(*plan));
    context.out().message(
        path.isEmpty() ? Text::tr("The plan was not kept. Add --out FILE to replay it.")
                       : Text::tr("Replay it with: outboard --profile %1 replay %2")
                             .arg(context.profile().name, path));
    return ExitCode::Done;
}

} // namespace

Command planCommand()
{
    Command command;
    command.name = u"plan"_s;
    command.summary = Text::tr("freeze a set of events and say what a replay would do with each");
    command.options = QList<OptionSpec>{
        {u"from"_s, Takes::One, u"pending|dead|outbox|ids"_s, Text::tr("where the events are")},
        {u"id"_s, Takes::Many, u"ID"_s, Text::tr("entry, row or event ids: exactly these")},
        {u"topic"_s, Takes::One, u"TOPIC"_s, Text::tr("only this topic (outbox, dead)")},
    };
    command.options += pendingTargetOptions() + pendingFilterOptions() + deadFilterOptions();
    command.options += QList<OptionSpec>{
        {u"limit"_s, Takes::One, u"N"_s, Text::tr("refuse when there are more (100000)")},
        {u"handler"_s,
         Takes::One,
         u"HANDLER"_s,
         Text::tr("what will apply the events (republish)")},
        {u"out"_s, Takes::One, u"FILE"_s, Text::tr("keep the plan here, for replay")},
    };
    command.run = runPlan;
    return command;
}

} // namespace outboard
