// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "parts/card.h"
#include "plots/chartcurve.h"
#include "plots/chartrange.h"

#include <QList>

#include <memory>
#include <optional>

namespace outboard {

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

    /// In order of time; drawn with the next show(). Of very many only the newest are drawn.
    void setMarks(const QList<ChartMark>& marks);

    /// What the cursor says at this moment.
    QString textAt(TimePoint at) const;

    /// How many strips and lines stand there: for tests.
    qsizetype marksDrawn() const;

    const QString& title() const { return m_title; }

    Unit unit() const;

    const QList<ChartCurve>& curves() const;

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
    /// Dragged, or zoomed with Ctrl and the wheel.
    void rangeWanted(outboard::ChartRange range);
    /// Double-clicked: back to what happens now.
    void nowWanted();

protected:
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void recolor();
    void redraw();
    void redrawCursor();
    void redrawLegend();
    void redrawMarks();

    QString m_title;
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace outboard
