// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/streamstreemodel.h"
#include "panel.h"

#include <optional>

class QLineEdit;
class QStackedWidget;
class QTreeView;

namespace outboard {

class EmptyState;
class Label;
class PendingPane;
class StreamsProxy;

/// Streams, groups and consumers as a tree; below it the pending entries of the chosen group.
class StreamsPanel final : public Panel
{
    Q_OBJECT

public:
    explicit StreamsPanel(const PanelHost& host, QWidget* parent = nullptr);

    void present(const SnapshotPtr& snapshot) override;
    void focusFilter() override;
    bool apply(const Remedy& remedy) override;
    QList<QAction*> panelActions() const override;

private:
    QWidget* makeTree();
    void showState(const BrokerState& state);
    void showBadge(const BrokerState& state);
    void choose(const StreamsTreeModel::Place& place);
    void chooseFirstTrouble(const BrokerState& state);
    void currentChanged();

    StreamsTreeModel* m_model;
    StreamsProxy* m_proxy;
    QTreeView* m_tree;
    QLineEdit* m_filter;
    QStackedWidget* m_stack;
    EmptyState* m_empty;
    Label* m_note;
    PendingPane* m_pending;
    bool m_hasChosen = false; ///< By the operator, or because there was trouble.
};

} // namespace outboard
