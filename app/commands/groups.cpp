// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands/commandlist.h"
#include "commands/statetables.h"
#include "commands/streamfilter.h"
#include "context.h"
#include "jsonvalues.h"
#include "survey.h"
#include "text.h"

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

Result<ExitCode> runGroups(Context& context)
{
    const auto snapshot = filteredSurvey(context);
    if (!snapshot)
        return snapshot.error();
    context.out().document(stateJson(*snapshot));
    if (snapshot->broker) {
        const QList<BrokerTopicState>& streams = snapshot->broker->topics;
        if (context.line().wantsJsonLines()) {
            for (const BrokerTopicState& stream : streams)
                context.out().item(json::stream(stream, true));
        }
        context.out().text(streamsText(streams) + consumersText(streams));
    }
    reportSources(context, *snapshot);
    return exitCodeOf(*snapshot);
}

} // namespace

Command groupsCommand()
{
    Command command;
    command.name = u"groups"_s;
    command.summary = Text::tr("streams, their groups and consumers");
    command.options = {streamOption()};
    command.lists = true;
    command.run = runGroups;
    return command;
}

} // namespace outboard
