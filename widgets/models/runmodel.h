// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/rowtablemodel.h"
#include "store/runstore.h"

namespace outboard {

inline bool isUnfinished(const RunSummary& run)
{
    return !run.finishedAt;
}

/// The history of runs, newest first.
class RunModel final : public RowTableModel<RunSummary, QString>
{
    Q_OBJECT

public:
    explicit RunModel(Clock clock, QObject* parent = nullptr);
};

} // namespace outboard
