// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands/commandlist.h"

namespace outboard {

const QList<Command>& commands()
{
    static const QList<Command> all{
        statusCommand(),
        topicsCommand(),
        groupsCommand(),
        pendingCommand(),
        deadCommand(),
        relayCommand(),
        claimCommand(),
        ackCommand(),
        planCommand(),
        replayCommand(),
        traceCommand(),
        reconcileCommand(),
        journalCommand(),
        snapshotCommand(),
        profileCommand(),
        sandboxCommand(),
    };
    return all;
}

} // namespace outboard
