// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"

#include <QPersistentModelIndex>
#include <QTableView>

class QSettings;

namespace outboard {

class ColumnMemory;
class TableModel;
struct TableCut;

/// A table as all panels show it: whole rows are selected, columns can be chosen, moved, sorted and
/// are remembered, selections can be copied, and nothing jumps when new rows arrive.
class TableView final : public QTableView
{
    Q_OBJECT

public:
    static constexpr int rowHeight = 26;

    /// `name` is stable: it names the remembered columns. `settings` may be null.
    TableView(const QString& name, QSettings* settings, QWidget* parent = nullptr);

    /// Not setModel(): a TableView shows only tables.
    void setTable(TableModel* table);

    /// Numbers of the selected rows, ascending, as they are shown.
    QList<int> selectedRows() const;

    int hoveredRow() const { return m_hoveredRow; }

    bool isStale() const { return m_isStale; }

    /// Rows of a source that does not answer any more: still there, but greyed.
    void setStale(bool isStale);

    /// Selected rows, shown columns.
    QString selectionAsTsv() const;
    QByteArray selectionAsJson() const;
    /// All rows that are shown; Error::Refused when the file cannot be written.
    Result<void> exportCsv(const QString& path) const;

    void copy() const;
    void copyJson() const;
    /// Asks for a file.
    void askExportCsv();

    /// Actions to choose, move and reset columns, for menus.
    void fillColumnMenu(QMenu* menu, int column);

signals:
    void selectionChangedByRows();
    void exported(const outboard::Result<void>& result, const QString& path);

protected:
    void contextMenuEvent(QContextMenuEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void selectionChanged(const QItemSelection& now, const QItemSelection& before) override;
    void currentChanged(const QModelIndex& now, const QModelIndex& before) override;

private:
    void setUpHeaders();
    void setUpActions();
    QList<int> shownColumns() const;
    TableCut selection() const;
    void showColumnMenu(const QPoint& position);
    void setHoveredRow(int row);
    void updateRow(int row);
    void holdPlace();
    void returnToPlace();

    ColumnMemory* m_columns;
    QList<QAction*> m_copyActions;
    int m_hoveredRow = -1;
    bool m_isStale = false;
    bool m_isHolding = false;
    QList<QPersistentModelIndex> m_visible; ///< Rows in sight before a change, from the top.
    QList<int> m_visibleTops;
};

} // namespace outboard
