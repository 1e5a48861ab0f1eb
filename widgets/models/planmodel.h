// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/time.h"
#include "models/planrow.h"
#include "models/rowtablemodel.h"

namespace outboard {

/// The verdicts of a plan with what they rest on, before anything runs.
class PlanModel final : public RowTableModel<PlanRow, qsizetype>
{
    Q_OBJECT

public:
    /// The column of the verdicts that the plan was made with.
    static constexpr int beforeColumn = 3;

    explicit PlanModel(Clock clock, QObject* parent = nullptr);
};

/// What became of the events of a run.
class OutcomeModel final : public RowTableModel<PlanRow, qsizetype>
{
    Q_OBJECT

public:
    explicit OutcomeModel(QObject* parent = nullptr);
};

} // namespace outboard
