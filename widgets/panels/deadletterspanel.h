// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "model/deadletter.h"
#include "panel.h"

#include <optional>

class QAction;
class QSplitter;
class QTabWidget;

namespace outboard {

class DeadEventsPane;
class DeadGroupModel;
class DiscardedPane;
class Label;
class TablePane;

/// All that is dead, by topic, consumer group and kind of error; below it the events of the chosen
/// groups, and what was discarded.
class DeadLettersPanel final : public Panel
{
    Q_OBJECT

public:
    explicit DeadLettersPanel(PanelHost host, QWidget* parent = nullptr);

    void present(const SnapshotPtr& snapshot) override;
    void focusFilter() override;
    QList<QAction*> panelActions() const override;

protected:
    void showEvent(QShowEvent* event) override;

private:
    void buildGroups();
    void buildLower();
    void collect();
    void showLetters(const Result<DeadLetters>& dead);
    void showHeadline();
    void showEmpty();
    void showBadge(const Snapshot& snapshot);
    void followGroups();
    QList<DeadGroup> selectedGroups() const;
    void editNote();

    DeadGroupModel* m_groupModel;
    TablePane* m_groups;
    DeadEventsPane* m_events;
    DiscardedPane* m_discarded;
    QTabWidget* m_tabs;
    QSplitter* m_splitter;
    Label* m_headline;
    QAction* m_note;
    std::optional<DeadLetters> m_dead;
    std::optional<Error> m_error;
    bool m_isCollecting = false;
    bool m_isWanted = false; ///< Again, because it was asked for while it was collecting.
    TimePoint m_collectedAt;
    double m_countSeen = -1; ///< What the rounds counted when it was collected.
};

} // namespace outboard
