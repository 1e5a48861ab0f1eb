// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands/deadfilter.h"

#include "text.h"

namespace outboard {

using namespace Qt::StringLiterals;

QList<OptionSpec> deadFilterOptions()
{
    using Takes = OptionSpec::Takes;
    return {
        {u"error"_s, Takes::One, u"TEXT"_s, Text::tr("only where the error has this in it (dead)")},
        {u"since"_s, Takes::One, u"24h"_s, Text::tr("only what died so long ago or less (dead)")},
    };
}

Result<DeadRequest> deadFilter(const CommandLine& line)
{
    const auto since = line.duration(u"since"_s);
    if (!since)
        return since.error();
    DeadRequest request;
    if (line.has(u"topic"_s))
        request.topicName = TopicName::fromText(line.value(u"topic"_s));
    request.group = GroupName::fromText(line.value(u"group"_s));
    request.error = line.value(u"error"_s);
    request.since = *since;
    return request;
}

} // namespace outboard
