// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/plan.h"

#include <QByteArray>

namespace outboard {

/// A run as its report tells it.
struct RunRecord
{
    Plan plan;
    RunReport report; ///< With one outcome per plan item.
    TimePoint startedAt;
    TimePoint writtenAt;
};

/// For an incident's record: what was run, how it ended, and every event that was not applied, by
/// outcome; then those that were. Ids are complete; payloads are never in it. UTF-8.
QByteArray reportAsMarkdown(const RunRecord& record);

/// One line an event, in plan order, with titles. Payloads are never in it.
QByteArray reportAsCsv(const RunRecord& record);

} // namespace outboard
