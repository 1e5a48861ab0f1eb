// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/rowtablemodel.h"
#include "store/runstore.h"

namespace outboard {

/// The plans that are kept on this machine, newest first.
class SavedPlanModel final : public RowTableModel<PlanSummary, QString>
{
    Q_OBJECT

public:
    explicit SavedPlanModel(Clock clock, QObject* parent = nullptr);
};

} // namespace outboard
