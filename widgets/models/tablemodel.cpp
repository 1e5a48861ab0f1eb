// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/tablemodel.h"

#include "models/column.h"

#include <algorithm>

namespace outboard {

namespace {

/// Above this many ranges one change of layout is cheaper for every view than a signal for each.
constexpr size_t maxRanges = 64;

struct Range
{
    int first = 0;
    int last = 0;
};

/// Runs of neighbours among positions 0 … count-1 that are `isIn`.
template<class IsIn>
std::vector<Range> rangesOf(int count, IsIn isIn)
{
    std::vector<Range> ranges;
    for (int i = 0; i < count; ++i) {
        if (!isIn(i))
            continue;
        if (!ranges.empty() && ranges.back().last == i - 1)
            ranges.back().last = i;
        else
            ranges.push_back({i, i});
    }
    return ranges;
}

} // namespace

int TableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : int(m_shown.size());
}

int TableModel::positionOf(int row) const
{
    if (m_positions.empty()) {
        const auto highest = std::ranges::max_element(m_shown);
        m_positions.assign(highest == m_shown.end() ? 1 : size_t(*highest) + 1, -1);
        for (size_t i = 0; i < m_shown.size(); ++i)
            m_positions[size_t(m_shown[i])] = int(i);
    }
    return size_t(row) < m_positions.size() ? m_positions[size_t(row)] : -1;
}

void TableModel::arrange(const std::vector<Arranged>& next, const std::function<void()>& swapRows)
{
    std::vector<int> kept;
    std::vector<int> keptRows;
    for (const Arranged& a : next) {
        if (a.from < 0)
            continue;
        kept.push_back(a.from);
        keptRows.push_back(a.row);
    }
    removeOthers(kept);
    swapRows();
    m_shown = std::move(keptRows);
    m_positions.clear();
    insertNew(next);
    tellChanged(next);
}

void TableModel::textsChanged()
{
    if (!m_shown.empty())
        emit dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
}

void TableModel::removeOthers(const std::vector<int>& kept)
{
    const int count = rowCount();
    std::vector<bool> isKept(size_t(count), false);
    for (const int position : kept)
        isKept[size_t(position)] = true;
    auto gone = rangesOf(count, [&](int i) { return !isKept[size_t(i)]; });
    if (gone.size() > maxRanges || !std::ranges::is_sorted(kept)) {
        std::vector<int> order = kept;
        for (int i = 0; i < count; ++i)
            if (!isKept[size_t(i)])
                order.push_back(i);
        permute(order);
        gone.clear();
        if (int(kept.size()) < count)
            gone.push_back({int(kept.size()), count - 1});
    }
    for (auto range = gone.rbegin(); range != gone.rend(); ++range) {
        beginRemoveRows({}, range->first, range->last);
        m_shown.erase(m_shown.begin() + range->first, m_shown.begin() + range->last + 1);
        m_positions.clear();
        endRemoveRows();
    }
}

void TableModel::insertNew(const std::vector<Arranged>& next)
{
    const auto isNew = [&](int i) { return next[size_t(i)].from < 0; };
    const int count = int(next.size());
    const auto added = rangesOf(count, isNew);
    if (added.size() <= maxRanges) {
        for (const Range& range : added) {
            std::vector<int> rows;
            for (int i = range.first; i <= range.last; ++i)
                rows.push_back(next[size_t(i)].row);
            beginInsertRows({}, range.first, range.last);
            m_shown.insert(m_shown.begin() + range.first, rows.begin(), rows.end());
            m_positions.clear();
            endInsertRows();
        }
        return;
    }
    const int keptCount = rowCount();
    beginInsertRows({}, keptCount, count - 1);
    std::vector<int> order;
    int nextKept = 0;
    for (int i = 0; i < count; ++i) {
        order.push_back(isNew(i) ? int(m_shown.size()) : nextKept++);
        if (isNew(i))
            m_shown.push_back(next[size_t(i)].row);
    }
    m_positions.clear();
    endInsertRows();
    permute(order);
}

void TableModel::tellChanged(const std::vector<Arranged>& next)
{
    auto changed = rangesOf(int(next.size()), [&](int i) { return next[size_t(i)].isChanged; });
    if (changed.size() > maxRanges)
        changed = {{changed.front().first, changed.back().last}};
    for (const Range& range : changed)
        emit dataChanged(index(range.first, 0), index(range.last, columnCount() - 1));
}

void TableModel::permute(const std::vector<int>& oldPositions)
{
    emit layoutAboutToBeChanged({}, VerticalSortHint);
    std::vector<int> newPositions(oldPositions.size());
    std::vector<int> shown(oldPositions.size());
    for (size_t i = 0; i < oldPositions.size(); ++i) {
        newPositions[size_t(oldPositions[i])] = int(i);
        shown[i] = m_shown[size_t(oldPositions[i])];
    }
    m_shown = std::move(shown);
    m_positions.clear();
    const QModelIndexList before = persistentIndexList();
    QModelIndexList after;
    after.reserve(before.size());
    for (const QModelIndex& old : before)
        after.append(index(newPositions[size_t(old.row())], old.column()));
    changePersistentIndexList(before, after);
    emit layoutChanged({}, VerticalSortHint);
}

} // namespace outboard
