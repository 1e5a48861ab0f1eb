// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/plancompare.h"

#include <algorithm>

namespace outboard {

namespace {

void count(QList<VerdictMove>& moves, const VerdictChange& change)
{
    const auto known = std::ranges::find_if(moves, [&change](const VerdictMove& move) {
        return move.before == change.before && move.now == change.now;
    });
    if (known == moves.end())
        moves.append({change.before, change.now, 1});
    else
        ++known->events;
}

} // namespace

PlanComparison compare(const Plan& before, const Plan& now)
{
    Q_ASSERT(before.items.size() == now.items.size());
    PlanComparison comparison;
    for (qsizetype i = 0; i < now.items.size(); ++i) {
        const VerdictChange change{i, before.items[i].verdict, now.items[i].verdict};
        if (change.before == change.now) {
            ++comparison.unchanged;
            continue;
        }
        comparison.changes.append(change);
        count(comparison.moves, change);
    }
    std::ranges::stable_sort(comparison.moves, std::ranges::greater(), &VerdictMove::events);
    return comparison;
}

} // namespace outboard
