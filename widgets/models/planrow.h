// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/plan.h"
#include "models/column.h"

#include <optional>

namespace outboard {

/// One event of a plan, and what became of it once it ran.
struct PlanRow
{
    qsizetype item = 0; ///< Index into Plan::items.
    PlanItem planned;
    std::optional<Verdict> before = {}; ///< When the plan was made, where it was compared with now.
    std::optional<Outcome> outcome = {};

    friend bool operator==(const PlanRow&, const PlanRow&) = default;
};

/// Words for screens: "will run", "already processed", ….
QString verdictText(Verdict verdict);
QString outcomeText(OutcomeKind kind);
Tone toneOf(Verdict verdict);
Tone toneOf(OutcomeKind kind);

/// "billing-1, 7 min 05 s idle, 6 deliveries"; of the first group whose pending list holds it.
QString holderText(const PlanItem& item);

/// Columns that both the plan and the outcome have.
namespace planColumns {

Column<PlanRow> event();
Column<PlanRow> topic();
Column<PlanRow> origin();

} // namespace planColumns
} // namespace outboard
