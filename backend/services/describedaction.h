// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "model/journal.h"

#include <QString>

#include <functional>

namespace outboard {

class Connections;

/// An action before it begins: what the progress strip calls it, and its intent for the journal.
struct DescribedAction
{
    QString title;
    JournalIntent intent;

    /// Adds what only servers and stores know: the commands, the rest of the ids. Runs on the
    /// action's lane; its error is how the action ends.
    std::function<Result<void>(Connections&, JournalIntent&)> complete = {};
};

} // namespace outboard
