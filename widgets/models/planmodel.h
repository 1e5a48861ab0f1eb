// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/plan.h"
#include "models/rowtablemodel.h"

#include <optional>

namespace outboard {

/// One event of a plan, and what became of it once it ran.
struct PlanRow
{
    qsizetype item = 0; ///< Index into Plan::items.
    PlanItem planned;
    std::optional<Outcome> outcome;

    friend bool operator==(const PlanRow&, const PlanRow&) = default;
};

/// Verdicts of a plan and outcomes of its run.
class PlanModel final : public RowTableModel<PlanRow, qsizetype>
{
    Q_OBJECT

public:
    explicit PlanModel(QObject* parent = nullptr);
};

/// Words for screens: "will run", "already processed", ….
QString verdictText(Verdict verdict);
QString outcomeText(OutcomeKind kind);
Tone toneOf(Verdict verdict);
Tone toneOf(OutcomeKind kind);

} // namespace outboard
