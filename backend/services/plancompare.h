// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/plan.h"

#include <QHash>
#include <QList>

namespace outboard {

/// An event whose verdict is another one than before.
struct VerdictChange
{
    qsizetype item = 0; ///< Index into Plan::items.
    Verdict before = Verdict::Unknown;
    Verdict now = Verdict::Unknown;

    friend bool operator==(const VerdictChange&, const VerdictChange&) = default;
};

/// How many events went from one verdict to another.
struct VerdictMove
{
    Verdict before = Verdict::Unknown;
    Verdict now = Verdict::Unknown;
    qint64 events = 0;

    friend bool operator==(const VerdictMove&, const VerdictMove&) = default;
};

/// What became of a plan's verdicts since it was made.
struct PlanComparison
{
    QList<VerdictChange> changes; ///< In plan order.
    QList<VerdictMove> moves;     ///< Most events first.
    qint64 unchanged = 0;

    friend bool operator==(const PlanComparison&, const PlanComparison&) = default;
};

/// Both are judgements of one set: the same items in the same order.
PlanComparison compare(const Plan& before, const Plan& now);

} // namespace outboard
