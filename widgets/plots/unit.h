// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <optional>

namespace outboard {

/// What a chart's numbers count.
enum class Unit { Rows, RowsPerSecond, Entries, Seconds };

/// For legends and the cursor: "12 431", "3.5/s", "7 min 05 s"; "?" when absent.
QString unitText(Unit unit, std::optional<double> value);

/// For an axis: "12k", "3.5", "7 min".
QString unitTick(Unit unit, double value);

/// Distance between two ticks so that about `count` fit into `range`: 1, 2, 5 … for numbers; 1 s, 5
/// s, 15 s, 1 min … 1 d for seconds. Whole numbers where only those make sense.
double unitStep(Unit unit, double range, int count);

} // namespace outboard
