// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "panels/charthistory.h"
#include "plots/chartrange.h"
#include "settings/profile.h"

#include <QByteArray>
#include <QPixmap>
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

    void show(const ChartHistory& history, const ChartRange& range);

    /// What is shown, with its title above: as it is on the screen.
    QPixmap picture(const QString& title);

    /// The same as RFC 4180.
    QByteArray csv() const;

    /// One below the other, or two and two.
    void setColumns(int columns);

signals:
    void rangeWanted(outboard::ChartRange range);
    void nowWanted();

private:
    QList<TimeChart*> charts() const { return {m_backlog, m_rates, m_relayLag, m_groups}; }

    QGridLayout* m_grid;
    TimeChart* m_backlog;
    TimeChart* m_rates;
    TimeChart* m_relayLag;
    TimeChart* m_groups;
    ChartRange m_range;
    int m_columns = 0;
};

} // namespace outboard
