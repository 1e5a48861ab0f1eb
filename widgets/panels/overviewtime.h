// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "panel.h"
#include "panels/charthistory.h"
#include "plots/chartrange.h"

#include <QList>
#include <QWidget>

#include <optional>

class QHBoxLayout;

namespace outboard {

class Choice;
class HistoryKeeper;
class Label;

/// Which stretch of time the charts show: the last minutes to 30 days, or one that was dragged or
/// zoomed to. Fetches what was stored of it and what operators did in it.
class OverviewTime final : public QWidget
{
    Q_OBJECT

public:
    explicit OverviewTime(PanelHost host, QWidget* parent = nullptr);

    /// What is to be shown at this moment.
    ChartRange range(TimePoint now) const;
    /// How far back the choice reaches, wherever the charts are.
    Milliseconds window() const;

    bool isLive() const { return !m_pinned; }

    /// What is known of it; asks for what is missing and emits changed() when it is there.
    ChartHistory history(TimePoint now);

    /// Shows this, or what is nearest to it and not in the future.
    void pin(const ChartRange& range);
    void goLive();

    /// One more button, before the choice.
    void addButton(QAction* action);

    /// For the command palette.
    const QList<QAction*>& timeActions() const { return m_actions; }

signals:
    void changed();
    void pngWanted();
    void csvWanted();

private:
    void addButtons();
    void step(double spans);
    void zoom(double factor);
    void showState();
    void readStored(const ChartRange& range);
    void readJournal(const ChartRange& range);
    QList<ChartMark> marks() const;
    TimePoint now() const;

    PanelHost m_host;
    HistoryKeeper* m_keeper; ///< Null: nothing is kept.
    QHBoxLayout* m_row;
    Choice* m_choice;
    Label* m_pinnedText;
    QList<QAction*> m_actions;
    QAction* m_live = nullptr;
    std::optional<ChartRange> m_pinned;
    StoredHistory m_stored;
    std::optional<ChartRange> m_storedRange; ///< Read, or being read.
    TimePoint m_storedAt;
    QList<ChartMark> m_deeds;
    std::optional<TimePoint> m_deedsFrom;
    TimePoint m_deedsAt;
    quint64 m_reading = 0;
};

} // namespace outboard
