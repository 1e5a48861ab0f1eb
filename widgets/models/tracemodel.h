// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/time.h"
#include "model/trace.h"
#include "models/rowtablemodel.h"

namespace outboard {

/// A step with its place in the timeline, which is its key.
struct TraceRow
{
    int place = 0;
    TraceStep step;

    friend bool operator==(const TraceRow&, const TraceRow&) = default;
};

/// One event's timeline, in order.
class TraceModel final : public RowTableModel<TraceRow, int>
{
    Q_OBJECT

public:
    explicit TraceModel(Clock clock, QObject* parent = nullptr);

    void show(const Trace& trace);
};

Tone toneOf(TraceWhat what);

} // namespace outboard
