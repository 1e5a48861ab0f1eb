// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/column.h"
#include "models/tablemodel.h"

#include <QHash>
#include <QList>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace outboard {

/// A table of rows of one kind: sorted, filtered, and merged by key when new ones arrive.
/// `Row` needs operator==, `Key` needs operator== and qHash. A leaf lists columns and nothing else.
template<class Row, class Key>
class RowTableModel : public TableModel
{
public:
    using KeyOf = std::function<Key(const Row&)>;
    using Filter = std::function<bool(const Row&)>;

    RowTableModel(QList<Column<Row>> columns, KeyOf keyOf, QObject* parent = nullptr)
        : TableModel(parent)
        , m_columns(std::move(columns))
        , m_keyOf(std::move(keyOf))
    {}

    int columnCount(const QModelIndex& parent = {}) const final
    {
        return parent.isValid() ? 0 : int(m_columns.size());
    }

    QVariant data(const QModelIndex& index, int role) const final
    {
        if (!checkIndex(index, CheckIndexOption::IndexIsValid))
            return {};
        const Row& row = rowAt(index.row());
        const Column<Row>& column = m_columns[index.column()];
        switch (role) {
        case Qt::DisplayRole: return column.text(row);
        case Qt::ToolTipRole: return column.toolTip ? column.toolTip(row) : QString();
        case Qt::TextAlignmentRole: return int(column.alignment | Qt::AlignVCenter);
        case ToneRole: return int(column.tone ? column.tone(row) : Tone::Neutral);
        case MonoRole: return column.isMono;
        }
        return {};
    }

    QVariant headerData(int section, Qt::Orientation orientation, int role) const final
    {
        if (orientation != Qt::Horizontal || section < 0 || section >= m_columns.size())
            return {};
        const Column<Row>& column = m_columns[section];
        switch (role) {
        case Qt::DisplayRole: return column.title;
        case Qt::TextAlignmentRole: return int(column.alignment | Qt::AlignVCenter);
        case ColumnIdRole: return column.id;
        case HiddenAtFirstRole: return column.isHiddenAtFirst;
        case WidthRole: return column.width;
        }
        return {};
    }

    /// Stable; unknown values last in both directions. Column -1: the order in which rows were set.
    void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) final
    {
        m_sortColumn = column;
        m_sortOrder = order;
        rearrange();
    }

    qsizetype totalRows() const final { return qsizetype(m_rows.size()); }

    /// All rows, before filter and order.
    const std::vector<Row>& rows() const { return m_rows; }

    const Row& rowAt(int shownRow) const { return m_rows[size_t(rowShownAt(shownRow))]; }

    /// Absent when there is no such row, or the filter hides it.
    std::optional<int> shownRowOf(const Key& key) const
    {
        const int position = shownPosition(key);
        return position < 0 ? std::nullopt : std::optional(position);
    }

    /// Replaces all rows. Those whose key was there before keep selection and place on the screen.
    /// Of rows with the same key the first one counts.
    void setRows(std::vector<Row> rows)
    {
        QHash<Key, int> numbers = takeNumbers(rows);
        std::vector<Arranged> next;
        for (const int number : order(rows)) {
            const Row& row = rows[size_t(number)];
            const int from = shownPosition(m_keyOf(row));
            next.push_back({number, from, from >= 0 && !(rowAt(from) == row)});
        }
        arrange(next, [&] {
            m_rows.swap(rows);
            m_numbers.swap(numbers);
        });
    }

    /// Shows only rows that pass; an empty function shows all.
    void setFilter(Filter filter)
    {
        m_filter = std::move(filter);
        rearrange();
    }

private:
    /// Drops rows whose key came before.
    QHash<Key, int> takeNumbers(std::vector<Row>& rows) const
    {
        QHash<Key, int> numbers;
        numbers.reserve(qsizetype(rows.size()));
        std::erase_if(rows, [&](const Row& row) {
            const auto count = numbers.size();
            const int number = numbers.value(m_keyOf(row), int(count));
            if (number < int(count))
                return true;
            numbers.insert(m_keyOf(row), number);
            return false;
        });
        return numbers;
    }

    int shownPosition(const Key& key) const
    {
        const auto number = m_numbers.constFind(key);
        return number == m_numbers.cend() ? -1 : positionOf(*number);
    }

    std::vector<int> order(const std::vector<Row>& rows) const
    {
        std::vector<int> numbers;
        numbers.reserve(rows.size());
        for (size_t i = 0; i < rows.size(); ++i)
            if (!m_filter || m_filter(rows[i]))
                numbers.push_back(int(i));
        if (m_sortColumn < 0 || m_sortColumn >= m_columns.size() || !m_columns[m_sortColumn].less)
            return numbers;
        const Column<Row>& column = m_columns[m_sortColumn];
        auto end = numbers.end();
        if (column.isUnknown)
            end = std::stable_partition(numbers.begin(), end, [&](int number) {
                return !column.isUnknown(rows[size_t(number)]);
            });
        std::stable_sort(numbers.begin(), end, [&](int a, int b) {
            if (m_sortOrder == Qt::DescendingOrder)
                std::swap(a, b);
            return column.less(rows[size_t(a)], rows[size_t(b)]);
        });
        return numbers;
    }

    void rearrange()
    {
        std::vector<Arranged> next;
        for (const int number : order(m_rows))
            next.push_back({number, positionOf(number), false});
        arrange(next, [] {});
    }

    QList<Column<Row>> m_columns;
    KeyOf m_keyOf;
    Filter m_filter;
    std::vector<Row> m_rows;
    QHash<Key, int> m_numbers; ///< Index into m_rows.
    int m_sortColumn = -1;
    Qt::SortOrder m_sortOrder = Qt::AscendingOrder;
};

} // namespace outboard
