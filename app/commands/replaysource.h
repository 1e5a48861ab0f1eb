// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "model/plan.h"
#include "services/replayer.h"

#include <QList>
#include <QString>

#include <memory>

namespace outboard {

class Context;
class RunStore;

/// What is to be run: a plan from a file, or the rest of an earlier run.
struct ReplaySource
{
    QString runId;
    Plan plan;
    ReplayOptions options;
    QList<Outcome> done; ///< Of an earlier attempt; not repeated.
    std::shared_ptr<RunStore> runs;
};

/// Reads the plan file or the stored run, and the options. A resumed run keeps its own pace unless
/// the command line says otherwise.
Result<ReplaySource> replaySource(Context& context);

/// AppLocalDataLocation/outboard.sqlite; the folder is made.
Result<std::shared_ptr<RunStore>> openRunStore();

} // namespace outboard
