// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/streamsproxy.h"

#include "models/streamstreemodel.h"

namespace outboard {

StreamsProxy::StreamsProxy(QObject* parent)
    : QSortFilterProxyModel(parent)
{
    setRecursiveFilteringEnabled(true);
    setAutoAcceptChildRows(true);
    setFilterCaseSensitivity(Qt::CaseInsensitive);
    setFilterKeyColumn(StreamsTreeModel::Name);
}

bool StreamsProxy::lessThan(const QModelIndex& left, const QModelIndex& right) const
{
    const QVariant a = left.data(StreamsTreeModel::OrderRole);
    const QVariant b = right.data(StreamsTreeModel::OrderRole);
    if (!a.isValid() || !b.isValid()) {
        const bool unknownLast = a.isValid();
        return sortOrder() == Qt::AscendingOrder ? unknownLast && !b.isValid()
                                                 : !unknownLast && b.isValid();
    }
    return QVariant::compare(a, b) == QPartialOrdering::Less;
}

} // namespace outboard
