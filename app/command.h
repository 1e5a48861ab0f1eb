// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "commandline.h"
#include "exitcode.h"

#include <QList>
#include <QString>

#include <functional>

namespace outboard {

class Context;

/// One headless command: what help says of it and what runs.
struct Command
{
    QString name;
    QString summary;           ///< Translated; one line.
    QString positional;        ///< "[PLAN-FILE]"; empty: takes none.
    QList<OptionSpec> options; ///< Without the global ones and those of writing commands.
    bool writes = false;       ///< Has --dry-run, --yes and --arm.
    bool lists = false;        ///< Has --jsonl.
    bool needsProfile = true;
    QString withoutProfile = {}; ///< With this first word it asks no server and needs none.
    std::function<Result<ExitCode>(Context&)> run;
};

/// All commands, in the order that help shows them.
const QList<Command>& commands();

/// For --help: of the application when `command` is null.
QString helpText(const Command* command);

} // namespace outboard
