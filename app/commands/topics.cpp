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

Result<ExitCode> runTopics(Context& context)
{
    const auto snapshot = filteredSurvey(context);
    if (!snapshot)
        return snapshot.error();
    context.out().document(stateJson(*snapshot));
    if (snapshot->outbox) {
        if (context.line().wantsJsonLines()) {
            for (const OutboxTopicState& topic : snapshot->outbox->topics)
                context.out().item(json::topic(topic));
        }
        context.out().text(topicsText(*snapshot->outbox));
    }
    reportSources(context, *snapshot);
    return exitCodeOf(*snapshot);
}

} // namespace

Command topicsCommand()
{
    Command command;
    command.name = u"topics"_s;
    command.summary = Text::tr("the outbox by topic: how much waits, and for how long");
    command.options = {streamOption()};
    command.lists = true;
    command.run = runTopics;
    return command;
}

} // namespace outboard
