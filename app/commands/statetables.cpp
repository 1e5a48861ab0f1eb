// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands/statetables.h"

#include "text.h"
#include "text/format.h"
#include "texttable.h"

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

using Align = TextTable::Align;

QString number(std::optional<qint64> value)
{
    return value ? format::number(*value) : u"?"_s;
}

/// What only pending entries have: nothing where nothing is pending, else the value or "?".
QString ofPending(const GroupState& group, const QString& value)
{
    return group.pending == Count::exact(0) ? u"-"_s : value;
}

QStringList groupCells(const BrokerTopicState& stream, const GroupState& group)
{
    return {
        stream.name.text(),
        group.name.text(),
        format::count(stream.length),
        format::count(group.lag),
        format::count(group.pending),
        ofPending(group, format::duration(group.oldestIdle)),
        ofPending(group, number(group.maxDeliveries)),
        format::number(group.consumers.size())};
}

} // namespace

QString topicsText(const OutboxState& outbox)
{
    TextTable table(
        {{Text::tr("TOPIC")},
         {Text::tr("UNPUBLISHED"), Align::Right},
         {Text::tr("OLDEST"), Align::Right}});
    for (const OutboxTopicState& topic : outbox.topics) {
        const bool isNothing = topic.unpublished == Count::exact(0);
        table.add(
            {topic.topic.text(),
             format::count(topic.unpublished),
             isNothing ? u"-"_s : format::duration(topic.oldestAge)});
    }
    QString text = table.isEmpty() ? QString() : table.text();
    if (!outbox.topicsNote.isEmpty())
        text += outbox.topicsNote + u'\n';
    if (outbox.standby)
        text += format::standby(*outbox.standby, outbox.at) + u'\n';
    return text.isEmpty() ? Text::tr("No topic has anything waiting.") + u'\n' : text;
}

QString streamsText(const QList<BrokerTopicState>& streams)
{
    if (streams.isEmpty())
        return Text::tr("No streams were found.") + u'\n';
    TextTable table(
        {{Text::tr("STREAM")},
         {Text::tr("GROUP")},
         {Text::tr("LENGTH"), Align::Right},
         {Text::tr("LAG"), Align::Right},
         {Text::tr("PENDING"), Align::Right},
         {Text::tr("OLDEST IDLE"), Align::Right},
         {Text::tr("DELIVERIES"), Align::Right},
         {Text::tr("CONSUMERS"), Align::Right}});
    QString problems;
    for (const BrokerTopicState& stream : streams) {
        if (!stream.problem.isEmpty())
            problems += format::oneLine(stream.name.text()) + u": "_s + stream.problem + u'\n';
        if (stream.groups.isEmpty())
            table.add({stream.name.text(), u"-"_s, format::count(stream.length)});
        for (const GroupState& group : stream.groups)
            table.add(groupCells(stream, group));
    }
    return table.text() + problems;
}

QString consumersText(const QList<BrokerTopicState>& streams)
{
    TextTable table(
        {{Text::tr("STREAM")},
         {Text::tr("GROUP")},
         {Text::tr("CONSUMER")},
         {Text::tr("PENDING"), Align::Right},
         {Text::tr("IDLE"), Align::Right},
         {Text::tr("INACTIVE"), Align::Right}});
    for (const BrokerTopicState& stream : streams) {
        for (const GroupState& group : stream.groups) {
            for (const ConsumerState& consumer : group.consumers) {
                table.add(
                    {stream.name.text(),
                     group.name.text(),
                     consumer.name.text(),
                     format::count(consumer.pending),
                     format::duration(consumer.idle),
                     format::duration(consumer.inactive)});
            }
        }
    }
    return table.isEmpty() ? QString() : u'\n' + table.text();
}

} // namespace outboard
