// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "panel.h"
#include "panels/overviewnumbers.h"

#include <QTimer>

#include <vector>

class QBoxLayout;
class QGridLayout;

namespace outboard {

class Banner;
class FindingsList;
class HeadlineView;
class OverviewCharts;
class OverviewTime;
class Tile;

/// Is it broken, since when, where, what do I do.
class OverviewPanel final : public Panel
{
    Q_OBJECT

public:
    explicit OverviewPanel(PanelHost host, QWidget* parent = nullptr);

    void present(const SnapshotPtr& snapshot) override;
    QList<QAction*> panelActions() const override;

protected:
    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void build();
    void arrange();
    void redraw();
    void redrawFindings();
    void redrawTiles();
    void emitBadge();
    void changeMute(const Finding& finding);
    void followHistory();
    void savePicture();
    void saveCsv();
    QString shownTitle() const;

    SnapshotPtr m_latest;
    SnapshotPtr m_lastOutbox;
    SnapshotPtr m_lastBroker;
    HeadlineView* m_headline;
    OverviewTime* m_time;
    Banner* m_historyProblem;
    FindingsList* m_findings;
    QBoxLayout* m_summary; ///< Findings and tiles, beside each other where there is room.
    QGridLayout* m_tileGrid;
    std::vector<Tile*> m_tiles;
    OverviewCharts* m_charts;
    QTimer m_ages;
    int m_tileColumns = 0;
};

} // namespace outboard
