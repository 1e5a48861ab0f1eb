// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/broker.h"
#include "commands/commandlist.h"
#include "commands/handlerledger.h"
#include "context.h"
#include "journalfile.h"
#include "jsonvalues.h"
#include "ledger/ledger.h"
#include "outbox/outboxstore.h"
#include "services/payloadmask.h"
#include "services/tracer.h"
#include "text.h"
#include "text/format.h"
#include "texttable.h"

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype detailLength = 160;

QJsonObject stepJson(const TraceStep& step)
{
    return {
        {u"at"_s, step.at ? QJsonValue(isoText(*step.at)) : QJsonValue()},
        {u"where"_s, step.where},
        {u"what"_s, traceWhatName(step.what)},
        {u"detail"_s, step.detail},
        {u"derived"_s, step.isDerived}};
}

QJsonObject documentOf(const Trace& trace, const PayloadMask& mask)
{
    QJsonArray steps;
    for (const TraceStep& step : trace.steps)
        steps.append(stepJson(step));
    QJsonArray others;
    for (const EventId& other : trace.others)
        others.append(json::bytes(other.bytes()));
    const QByteArray event = trace.eventId.bytes();
    return {
        {u"event_id"_s, event.isEmpty() ? QJsonValue() : json::bytes(event)},
        {u"steps"_s, steps},
        {u"payload"_s, trace.payload ? json::bytes(mask.shown(*trace.payload)) : QJsonValue()},
        {u"others"_s, others},
        {u"notes"_s, QJsonArray::fromStringList(trace.notes)}};
}

QString stepsText(const Trace& trace)
{
    if (trace.eventId.isEmpty())
        return Text::tr("Nothing was found.\n");
    TextTable table{
        {{Text::tr("AT")}, {Text::tr("WHAT")}, {Text::tr("WHERE")}, {Text::tr("DETAIL")}}};
    for (const TraceStep& step : trace.steps) {
        table.add(
            {step.at ? isoText(*step.at) : u"-"_s,
             traceWhatName(step.what),
             step.where,
             format::oneLine(step.detail, detailLength)});
    }
    return Text::tr("Event %1\n").arg(format::oneLine(trace.eventId.bytes())) + table.text();
}

/// The window that --window asks for; the default is Outboard's own.
Result<TraceRequest> requestOf(const CommandLine& line)
{
    if (line.positional.size() != 1) {
        return Error{
            Error::Kind::Refused,
            Text::tr("Name one event id, entry id, row id or value to trace."),
            {}};
    }
    const auto window = line.duration(u"window"_s);
    if (!window)
        return window.error();
    TraceRequest request;
    request.what = line.positional.first().toUtf8();
    request.reach = window->value_or(TraceRequest::firstReach);
    return request;
}

template<class T>
Result<T*> borrowed(const Result<std::unique_ptr<T>>& opened)
{
    return opened ? Result<T*>(opened->get()) : Result<T*>(opened.error());
}

Result<ExitCode> runTrace(Context& context)
{
    const auto request = requestOf(context.line());
    if (!request)
        return request.error();
    context.findLedgers();
    const auto outbox = context.openOutbox(Access::Monitor);
    const auto broker = context.openBroker(Access::Monitor);
    GroupLedgers ledgers(context, Access::Monitor);
    Tracer tracer(
        context.profile(),
        {borrowed(outbox),
         borrowed(broker),
         [&ledgers](qsizetype index) { return ledgers.at(index); },
         openJournal()});
    auto trace = tracer.run(*request, context.stop());
    // A monitoring statement gives up after 150 ms: a server that was busy for a moment is asked
    // again.
    for (int again = 0; again < 2 && !trace && trace.error().kind == Error::Kind::Timeout; ++again)
        trace = tracer.run(*request, context.stop());
    if (!trace)
        return trace.error();
    context.out().document(documentOf(*trace, PayloadMask(context.profile())));
    context.out().text(stepsText(*trace));
    for (const QString& note : trace->notes)
        context.out().message(note);
    if (!outbox)
        return exitCodeOf(outbox.error());
    return broker ? ExitCode::Done : exitCodeOf(broker.error());
}

} // namespace

Command traceCommand()
{
    using Takes = OptionSpec::Takes;
    Command command;
    command.name = u"trace"_s;
    command.summary = Text::tr("where an event was, and where it is");
    command.positional = u"EVENT-ID"_s;
    command.options = QList<OptionSpec>{
        {u"window"_s,
         Takes::One,
         u"1h"_s,
         Text::tr("how far from the times of the event streams are searched (default 5m)")}};
    command.run = runTrace;
    return command;
}

} // namespace outboard
