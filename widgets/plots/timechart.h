// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "parts/card.h"
#include "plots/unit.h"
#include "services/history.h"

#include <QList>

#include <memory>
#include <optional>

namespace outboard {

/// One line of a chart.
struct ChartCurve
{
    QString name;
    QList<Sample> samples; ///< Oldest first.
    int color = 0;         ///< Index into Theme::curves.
    bool isDashed = false;
    bool isFilled = false; ///< A soft area under the line.
};

/// Curves over time with a legend and a cursor. The only class that knows the plotting library.
class TimeChart final : public Card
{
    Q_OBJECT

public:
    TimeChart(const QString& title, Unit unit, QWidget* parent = nullptr);
    ~TimeChart() override;

    /// Redraws once the event loop is reached. Where nothing is known between `from` and `to`, the
    /// chart says since when it measures. While there is less than that, the time axis starts at
    /// `measuringSince`.
    void show(
        QList<ChartCurve> curves,
        TimePoint from,
        TimePoint to,
        std::optional<TimePoint> measuringSince);

    /// A dotted line for a limit (threshold); absent for none.
    void setLimit(std::optional<double> value);

    /// Line and values at this moment, so that charts beside each other show the same one.
    void showCursor(std::optional<TimePoint> at);

    /// What is drawn of a curve, decimated: for tests.
    QList<QPointF> drawn(qsizetype curve) const;

    /// What stands in the middle of an empty chart; empty when something is drawn.
    QString emptyText() const;

    QString legendText() const;

    QSize sizeHint() const override { return {400, 128}; }

signals:
    void hovered(std::optional<outboard::TimePoint> at);

protected:
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void recolor();
    void redraw();
    void redrawCursor();
    void redrawLegend();

    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace outboard
