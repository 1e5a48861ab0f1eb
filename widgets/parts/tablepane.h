// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "theme.h"

#include <QTimer>
#include <QWidget>

class QGridLayout;
class QHBoxLayout;
class QLineEdit;
class QSettings;
class QStackedWidget;

namespace outboard {

class EmptyState;
class Label;
class TableModel;
class TableView;

/// A table with its tools above (filter, choices, buttons) and what is shown below it
/// ("1 204 of 12 431 rows, 3 selected").
class TablePane final : public QWidget
{
    Q_OBJECT

public:
    /// `name` as in TableView.
    TablePane(const QString& name, QSettings* settings, QWidget* parent = nullptr);

    TableView* view() const { return m_view; }

    void setTable(TableModel* table);

    /// At the left end; takes the room that is left.
    void setTitle(QWidget* title);
    /// A line to type into, with this hint in it; without it the pane has no filter.
    QLineEdit* addFilter(const QString& hint);
    /// Right of the filter, or below it where there is little room: combo boxes and the like.
    void addChoice(QWidget* choice);
    /// At the right end; also the first entries of the rows' context menu.
    void addButton(QAction* action);

    QString filterText() const;
    void focusFilter();

    /// What stands in place of a table without rows.
    void setEmpty(const QString& icon, const QString& what, const QString& why);

    void setFooterShown(bool isShown);

    /// Something about all rows that must not be missed, such as that a search did not look at all.
    void setNote(const QString& note, Tone tone = Tone::Warning);

    /// Rows are on their way. `hasMore`: there are more than those in the table.
    void setLoading(bool isLoading, bool hasMore);

signals:
    /// A moment after the last key.
    void filterChanged(const QString& text);
    /// The last rows come into sight.
    void endReached();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void buildToolbar();
    void setLead(QWidget* lead);
    void arrangeToolbar();
    void buildFooter();
    void refresh();
    QString countText() const;
    void watchEnd();

    TableView* m_view;
    TableModel* m_table = nullptr;
    QWidget* m_toolbar;
    QWidget* m_footer;
    QGridLayout* m_tools;
    QWidget* m_lead = nullptr; ///< Title or filter.
    QWidget* m_choices;
    QWidget* m_buttons;
    QLineEdit* m_filter = nullptr;
    QTimer m_typing;
    QStackedWidget* m_stack;
    EmptyState* m_empty;
    Label* m_counts;
    Label* m_note;
    bool m_isLoading = false;
    bool m_hasMore = false;
};

} // namespace outboard
