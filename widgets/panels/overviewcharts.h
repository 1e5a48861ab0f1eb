// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "services/history.h"
#include "settings/profile.h"

#include <QWidget>

class QGridLayout;

namespace outboard {

class TimeChart;

/// Backlog, rates in and out, relay lag, pending and lag per group; one cursor through all.
class OverviewCharts final : public QWidget
{
    Q_OBJECT

public:
    explicit OverviewCharts(const Thresholds& thresholds, QWidget* parent = nullptr);

    void show(const History& history, TimePoint from, TimePoint to);

    /// One below the other, or two and two.
    void setColumns(int columns);

private:
    QList<TimeChart*> charts() const { return {m_backlog, m_rates, m_relayLag, m_groups}; }

    QGridLayout* m_grid;
    TimeChart* m_backlog;
    TimeChart* m_rates;
    TimeChart* m_relayLag;
    TimeChart* m_groups;
    int m_columns = 0;
};

} // namespace outboard
