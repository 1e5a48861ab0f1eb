// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands/pendingtarget.h"

#include "text.h"

#include <limits>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

using Takes = OptionSpec::Takes;

Error usageError(const QString& what)
{
    return {Error::Kind::Refused, what, {}};
}

} // namespace

QList<OptionSpec> pendingTargetOptions()
{
    return {
        {u"stream"_s, Takes::One, u"STREAM"_s, Text::tr("the stream")},
        {u"group"_s, Takes::One, u"GROUP"_s, Text::tr("the consumer group")},
    };
}

Result<PendingTarget> pendingTarget(const CommandLine& line)
{
    for (const QString& option : {u"stream"_s, u"group"_s}) {
        if (!line.has(option)) {
            return usageError(
                Text::tr("Which pending list? Give --stream STREAM and --group GROUP; outboard "
                         "groups lists them. --%1 is missing.")
                    .arg(option));
        }
    }
    return PendingTarget{
        BrokerTopic::fromText(line.value(u"stream"_s)),
        GroupName::fromText(line.value(u"group"_s))};
}

QList<OptionSpec> pendingFilterOptions()
{
    return {
        {u"min-idle"_s,
         Takes::One,
         u"60s"_s,
         Text::tr("only entries delivered at least this long ago")},
        {u"min-deliveries"_s,
         Takes::One,
         u"N"_s,
         Text::tr("only entries delivered at least N times")},
        {u"consumer"_s, Takes::One, u"CONSUMER"_s, Text::tr("only what this consumer holds")},
    };
}

Result<PendingQuery> pendingQuery(const CommandLine& line, const PendingTarget& target)
{
    const auto minIdle = line.duration(u"min-idle"_s);
    if (!minIdle)
        return minIdle.error();
    const auto minDeliveries =
        line.number(u"min-deliveries"_s, 0, std::numeric_limits<qint64>::max());
    if (!minDeliveries)
        return minDeliveries.error();
    PendingQuery query;
    query.topic = target.stream;
    query.group = target.group;
    query.minIdle = minIdle->value_or(Milliseconds(0));
    query.minDeliveries = minDeliveries->value_or(0);
    if (line.has(u"consumer"_s))
        query.consumer = ConsumerName::fromText(line.value(u"consumer"_s));
    return query;
}

Result<std::vector<EntryId>> entryIds(const CommandLine& line)
{
    std::vector<EntryId> ids;
    for (const QString& text : line.values(u"id"_s)) {
        const auto id = EntryId::parse(text.toUtf8());
        if (!id) {
            return usageError(
                Text::tr(
                    "\"%1\" is not an entry id. It looks like 1700000000000-0; outboard pending "
                    "lists them.")
                    .arg(text));
        }
        ids.push_back(*id);
    }
    return ids;
}

} // namespace outboard
