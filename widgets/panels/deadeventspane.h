// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/deadletter.h"
#include "panel.h"

#include <QSet>
#include <QWidget>

class QAction;

namespace outboard {

class DeadLetterModel;
class TablePane;

/// The dead letters of the chosen groups, and what can be done with them.
class DeadEventsPane final : public QWidget
{
    Q_OBJECT

public:
    explicit DeadEventsPane(const PanelHost& host, QWidget* parent = nullptr);

    /// Those of `groups`; of all when none is named.
    void show(const QList<DeadLetter>& letters, const QSet<DeadGroupKey>& groups);
    void setStale(bool isStale);
    void focusFilter();

    const QList<QAction*>& actions() const { return m_actions; }

private:
    void buildActions();
    void applyFilter();
    void updateActions();
    void inspectCurrent();
    /// The selected ones; without a selection all that are shown.
    QList<DeadLetter> meant() const;
    void planReplay();
    void openDiscard();

    PanelHost m_host;
    DeadLetterModel* m_model;
    TablePane* m_pane;
    QSet<DeadGroupKey> m_groups;
    QAction* m_replay = nullptr;
    QAction* m_discard = nullptr;
    QAction* m_trace = nullptr;
    QList<QAction*> m_actions;
};

} // namespace outboard
