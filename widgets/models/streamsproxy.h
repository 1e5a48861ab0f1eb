// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSortFilterProxyModel>

namespace outboard {

/// Sorts the streams tree by raw values, unknown last in both directions, and filters by name; a
/// stream stays when one of its groups or consumers matches. A few hundred rows, so a proxy is
/// fine.
class StreamsProxy final : public QSortFilterProxyModel
{
    Q_OBJECT

public:
    explicit StreamsProxy(QObject* parent = nullptr);

protected:
    bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;
};

} // namespace outboard
