// SPDX-License-Identifier: GPL-3.0-or-later
#include "brokers/broker.h"
#include "commands/commandlist.h"
#include "commands/deadfilter.h"
#include "context.h"
#include "jsonvalues.h"
#include "outbox/outboxstore.h"
#include "services/deadcollector.h"
#include "services/payloadmask.h"
#include "text.h"
#include "text/format.h"
#include "texttable.h"

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype previewLength = 60;
constexpr qsizetype errorLength = 80;

QJsonValue timeOrNull(const std::optional<TimePoint>& time)
{
    return time ? QJsonValue(isoText(*time)) : QJsonValue();
}

/// "stream order.paid:dlq 1700000000000-0", "poison order.paid/billing 1700000000000-0"
QString sourceOf(const DeadLetter& letter)
{
    QString place = QString::fromUtf8(letter.id.place);
    if (!letter.id.group.isEmpty())
        place += u'/' + letter.id.group.text();
    return deadWhereName(letter.id.where) + u' ' + place + u' ' + QString::fromUtf8(letter.id.id);
}

QJsonValue bytesOrNull(const QByteArray& bytes)
{
    return bytes.isEmpty() ? QJsonValue() : json::bytes(bytes);
}

QJsonObject groupJson(const DeadGroup& group)
{
    return {
        {u"topic"_s, bytesOrNull(group.key.topic.bytes())},
        {u"group"_s, bytesOrNull(group.key.group.bytes())},
        {u"error"_s, json::textOrNull(group.key.errorKind)},
        {u"count"_s, group.count},
        {u"first_at"_s, timeOrNull(group.firstAt)},
        {u"last_at"_s, timeOrNull(group.lastAt)}};
}

QJsonObject eventJson(const DeadLetter& letter, const PayloadMask& mask)
{
    return {
        {u"event_id"_s, bytesOrNull(letter.eventId.bytes())},
        {u"source"_s, sourceOf(letter)},
        {u"payload"_s, letter.payload ? json::bytes(mask.shown(*letter.payload)) : QJsonValue()},
        {u"error"_s, json::textOrNull(letter.error)},
        {u"deliveries"_s, json::number(letter.deliveries)}};
}

QJsonObject documentOf(const DeadLetters& dead, bool withEvents, const PayloadMask& mask)
{
    QJsonArray groups;
    for (const DeadGroup& group : dead.groups)
        groups.append(groupJson(group));
    QJsonObject document{{u"groups"_s, groups}};
    if (withEvents) {
        QJsonArray events;
        for (const DeadLetter& letter : dead.letters)
            events.append(eventJson(letter, mask));
        document.insert(u"events"_s, events);
    }
    return document;
}

QString known(const QByteArray& bytes)
{
    return bytes.isEmpty() ? u"?"_s : format::oneLine(bytes);
}

QString groupsText(const DeadLetters& dead)
{
    using Align = TextTable::Align;
    TextTable table{
        {{Text::tr("TOPIC")},
         {Text::tr("GROUP")},
         {Text::tr("COUNT"), Align::Right},
         {Text::tr("1 H"), Align::Right},
         {Text::tr("24 H"), Align::Right},
         {Text::tr("7 D"), Align::Right},
         {Text::tr("LAST")},
         {Text::tr("ERROR")}}};
    for (const DeadGroup& group : dead.groups) {
        table.add(
            {known(group.key.topic.bytes()),
             known(group.key.group.bytes()),
             format::number(group.count),
             format::count(group.lastHour),
             format::count(group.lastDay),
             format::count(group.lastWeek),
             group.lastAt ? isoText(*group.lastAt) : u"?"_s,
             group.key.errorKind.isEmpty() ? Text::tr("(not recorded)")
                                           : format::oneLine(group.key.errorKind, errorLength)});
    }
    return table.text();
}

QString eventsText(const DeadLetters& dead, const PayloadMask& mask)
{
    TextTable table{
        {{Text::tr("EVENT")},
         {Text::tr("SOURCE")},
         {Text::tr("DELIVERIES"), TextTable::Align::Right},
         {Text::tr("ERROR")},
         {Text::tr("PAYLOAD")}}};
    for (const DeadLetter& letter : dead.letters) {
        table.add(
            {known(letter.eventId.bytes()),
             sourceOf(letter),
             letter.deliveries ? format::number(*letter.deliveries) : u"?"_s,
             letter.error.isEmpty() ? Text::tr("(not recorded)")
                                    : format::oneLine(letter.error, errorLength),
             letter.payload ? format::oneLine(mask.shown(*letter.payload), previewLength)
                            : Text::tr("(missing)")});
    }
    return table.text();
}

Result<DeadLetters> collect(Context& context, DeadRequest request)
{
    const auto broker = context.openBroker(Access::Monitor);
    if (!broker)
        return broker.error();
    const auto outbox = context.openOutbox(Access::Monitor);
    auto found = DeadCollector(context.profile(), outbox ? outbox->get() : nullptr, **broker)
                     .collect(request, context.progress(), context.stop());
    context.out().endProgress();
    if (found && !outbox)
        found->outboxError = outbox.error();
    return found;
}

void print(Context& context, const DeadLetters& dead, bool withEvents)
{
    Output& out = context.out();
    const PayloadMask mask(context.profile());
    out.document(documentOf(dead, withEvents, mask));
    if (context.line().wantsJsonLines()) {
        out.beginList();
        for (const DeadLetter& letter : withEvents ? dead.letters : QList<DeadLetter>())
            out.item(eventJson(letter, mask));
        for (const DeadGroup& group : withEvents ? QList<DeadGroup>() : dead.groups)
            out.item(groupJson(group));
        out.endList();
    }
    out.text(dead.letters.isEmpty() ? Text::tr("Nothing is dead.") + u'\n' : groupsText(dead));
    if (withEvents && !dead.letters.isEmpty())
        out.text(u'\n' + eventsText(dead, mask));
}

Result<ExitCode> runDead(Context& context)
{
    const auto request = deadFilter(context.line());
    if (!request)
        return request.error();
    const auto dead = collect(context, *request);
    if (!dead)
        return dead.error();
    print(context, *dead, context.line().has(u"events"_s));
    for (const QString& problem : dead->problems)
        context.out().message(problem);
    if (!dead->outboxError)
        return ExitCode::Done;
    context.out().message(
        Text::tr("Dead rows of the outbox are missing: %1").arg(dead->outboxError->what));
    return exitCodeOf(*dead->outboxError);
}

} // namespace

Command deadCommand()
{
    using Takes = OptionSpec::Takes;
    Command command;
    command.name = u"dead"_s;
    command.summary = Text::tr("what is dead, by topic, group and error");
    command.options = QList<OptionSpec>{
        {u"topic"_s, Takes::One, u"TOPIC"_s, Text::tr("only this topic")},
        {u"group"_s, Takes::One, u"GROUP"_s, Text::tr("only this consumer group")}};
    command.options += deadFilterOptions();
    command.options +=
        QList<OptionSpec>{{u"events"_s, Takes::Nothing, {}, Text::tr("each dead letter as well")}};
    command.lists = true;
    command.run = runDead;
    return command;
}

} // namespace outboard
