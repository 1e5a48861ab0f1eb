// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "panel.h"
#include "store/deadstore.h"

#include <QWidget>

class QAction;

namespace outboard {

class DiscardedModel;
class TablePane;

/// Dead letters that were discarded on this machine, and can be restored.
class DiscardedPane final : public QWidget
{
    Q_OBJECT

public:
    explicit DiscardedPane(const PanelHost& host, QWidget* parent = nullptr);

    /// Reads the local store again.
    void refresh();
    void focusFilter();

    const QList<QAction*>& actions() const { return m_actions; }

signals:
    void counted(qsizetype count);

private:
    void show(const Result<QList<DiscardedLetter>>& rows);
    void applyFilter();
    void updateActions();
    void inspectCurrent();
    QList<DiscardedLetter> selected() const;
    void openRestore();

    PanelHost m_host;
    DiscardedModel* m_model;
    TablePane* m_pane;
    QAction* m_restore;
    QList<QAction*> m_actions;
    bool m_isReading = false;
};

} // namespace outboard
