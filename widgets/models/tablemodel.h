// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>

#include <functional>
#include <vector>

namespace outboard {

/// What all tables have in common, whatever their rows are: which rows are shown in which order,
/// and how views are told when that changes. Views and panes know this class, panels know the leaf.
class TableModel : public QAbstractTableModel
{
public:
    using QAbstractTableModel::QAbstractTableModel;

    int rowCount(const QModelIndex& parent = {}) const final;

    /// Rows before the filter.
    virtual qsizetype totalRows() const = 0;

protected:
    /// One shown row of a new arrangement.
    struct Arranged
    {
        int row = 0;   ///< Number of the row among all rows.
        int from = -1; ///< Where it is shown now; -1: nowhere.
        bool isChanged = false;
    };

    /// Shows these rows and no others. `swapRows` puts the new rows in place of the old ones; it is
    /// called when only rows that stay are left. Selection, current and scroll position follow
    /// their rows. Few differences are told one range at a time, many as a change of layout.
    void arrange(const std::vector<Arranged>& next, const std::function<void()>& swapRows);

    /// The texts of all rows depend on something that changed (such as the time).
    void textsChanged();

    int rowShownAt(int position) const { return m_shown[size_t(position)]; }

    /// Where this row is shown; -1: nowhere.
    int positionOf(int row) const;

private:
    void removeOthers(const std::vector<int>& kept);
    void insertNew(const std::vector<Arranged>& next);
    void tellChanged(const std::vector<Arranged>& next);
    void permute(const std::vector<int>& oldPositions);

    std::vector<int> m_shown;
    mutable std::vector<int> m_positions; ///< Inverse of m_shown; empty when it is out of date.
};

} // namespace outboard
