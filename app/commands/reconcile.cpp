// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/broker.h"
#include "commands/commandlist.h"
#include "commands/handlerledger.h"
#include "context.h"
#include "jsonvalues.h"
#include "ledger/ledger.h"
#include "moment.h"
#include "outbox/outboxstore.h"
#include "services/reconciler.h"
#include "text.h"
#include "text/format.h"
#include "texttable.h"

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype reasonLength = 120;

QJsonValue bytesOrNull(const QByteArray& bytes)
{
    return bytes.isEmpty() ? QJsonValue() : json::bytes(bytes);
}

QJsonObject itemJson(const ReconcileItem& item)
{
    return {
        {u"event_id"_s, bytesOrNull(item.eventId.bytes())},
        {u"topic"_s, bytesOrNull(item.topic.bytes())},
        {u"stream"_s, bytesOrNull(item.stream.bytes())},
        {u"group"_s, bytesOrNull(item.group.bytes())},
        {u"row_id"_s, item.row ? json::bytes(item.row->bytes()) : QJsonValue()},
        {u"entry_id"_s, item.entry ? QJsonValue(item.entry->text()) : QJsonValue()},
        {u"at"_s, item.at ? QJsonValue(isoText(*item.at)) : QJsonValue()},
        {u"reason"_s, item.reason}};
}

QJsonArray itemsJson(const Reconciliation& found, Discrepancy kind)
{
    QJsonArray items;
    for (const ReconcileItem& item : found.items) {
        if (item.kind == kind)
            items.append(itemJson(item));
    }
    return items;
}

QJsonObject documentOf(const Reconciliation& found)
{
    return {
        {u"since"_s, isoText(found.since)},
        {u"until"_s, isoText(found.until)},
        {u"lost"_s, itemsJson(found, Discrepancy::Lost)},
        {u"unpublished_but_processed"_s, itemsJson(found, Discrepancy::UnpublishedButProcessed)},
        {u"pending_but_processed"_s, itemsJson(found, Discrepancy::PendingButProcessed)},
        {u"entries_without_row"_s, itemsJson(found, Discrepancy::EntryWithoutRow)},
        {u"unknown"_s, found.count(Discrepancy::Unknown)},
        {u"unknown_events"_s, itemsJson(found, Discrepancy::Unknown)},
        {u"checked"_s, found.rows},
        {u"checked_entries"_s, found.entries},
        {u"checked_pending"_s, found.pending},
        {u"notes"_s, QJsonArray::fromStringList(found.notes)}};
}

QString foundText(const Reconciliation& found)
{
    QString text = Text::tr("%1 to %2: %3 rows and %4 entries compared\n")
                       .arg(isoText(found.since), isoText(found.until))
                       .arg(format::number(found.rows), format::number(found.entries));
    for (const Discrepancy kind :
         {Discrepancy::Lost,
          Discrepancy::UnpublishedButProcessed,
          Discrepancy::PendingButProcessed,
          Discrepancy::EntryWithoutRow,
          Discrepancy::Unknown})
        text += Text::tr("%1: %2\n").arg(discrepancyTitle(kind), format::number(found.count(kind)));
    if (found.items.isEmpty())
        return text;
    TextTable table{
        {{Text::tr("AT")},
         {Text::tr("WHAT")},
         {Text::tr("EVENT")},
         {Text::tr("STREAM")},
         {Text::tr("WHY")}}};
    for (const ReconcileItem& item : found.items) {
        table.add(
            {item.at ? isoText(*item.at) : u"?"_s,
             discrepancyName(item.kind),
             item.eventId.text(),
             item.stream.text(),
             format::oneLine(item.reason, reasonLength)});
    }
    return text + u'\n' + table.text();
}

Result<ReconcileRequest> requestOf(const CommandLine& line)
{
    const TimePoint now = systemClock()();
    const auto since = momentOption(line, u"since"_s, now);
    if (!since)
        return since.error();
    const auto until = momentOption(line, u"until"_s, now);
    if (!until)
        return until.error();
    if (*since && **since >= until->value_or(now))
        return Error{Error::Kind::Refused, Text::tr("--since must be before --until."), {}};
    ReconcileRequest request;
    request.since = *since;
    request.until = *until;
    return request;
}

Result<ExitCode> runReconcile(Context& context)
{
    const auto request = requestOf(context.line());
    if (!request)
        return request.error();
    context.findLedgers();
    const auto outbox = context.openOutbox(Access::Monitor);
    if (!outbox)
        return outbox.error();
    const auto broker = context.openBroker(Access::Monitor);
    if (!broker)
        return broker.error();
    GroupLedgers ledgers(context, Access::Monitor);
    Reconciler reconciler(context.profile(), **outbox, **broker, [&ledgers](qsizetype index) {
        return ledgers.at(index);
    });
    const auto found = reconciler.run(*request, context.progress(), context.stop());
    context.out().endProgress();
    if (!found)
        return found.error();
    context.out().document(documentOf(*found));
    context.out().text(foundText(*found));
    for (const QString& note : found->notes)
        context.out().message(note);
    if (found->isWhole)
        return ExitCode::Done;
    context.out().message(Text::tr("There are more than the %1 listed of each kind: choose a "
                                   "shorter time.")
                              .arg(format::number(request->mostItems)));
    return ExitCode::InPart;
}

} // namespace

Command reconcileCommand()
{
    using Takes = OptionSpec::Takes;
    Command command;
    command.name = u"reconcile"_s;
    command.summary = Text::tr("what outbox, streams and ledgers say against each other");
    command.options = QList<OptionSpec>{
        {u"since"_s, Takes::One, u"24h"_s, Text::tr("from when on (default 1h ago)")},
        {u"until"_s, Takes::One, u"1h"_s, Text::tr("up to when (default now)")}};
    command.run = runReconcile;
    return command;
}

} // namespace outboard
