// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "services/history.h"
#include "store/historystore.h"

#include <QList>
#include <QString>

namespace outboard {

/// One curve of an incident snapshot.
struct IncidentCurve
{
    QString name;
    QList<Sample> samples; ///< At most 600; without value: a gap.

    friend bool operator==(const IncidentCurve&, const IncidentCurve&) = default;
};

struct IncidentChart
{
    QString id;    ///< "backlog"
    QString title; ///< Translated.
    QString unit;  ///< "rows", "rows/s", "s", "entries"
    QList<IncidentCurve> curves;

    friend bool operator==(const IncidentChart&, const IncidentChart&) = default;
};

/// Backlog, rows in and out, relay lag, pending and lag of the busiest groups; what was stored
/// before the program was opened, then its own rounds.
QList<IncidentChart> incidentCharts(
    const History& live, const StoredHistory& stored, TimePoint from, TimePoint to);

} // namespace outboard
