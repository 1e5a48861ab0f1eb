// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QList>

class QAction;

namespace outboard {

/// Which key does what. Opened by "?".
class KeysSheet final : public QDialog
{
    Q_OBJECT

public:
    /// Lists the actions that have a shortcut, in order.
    KeysSheet(const QList<QAction*>& actions, QWidget* parent);
};

} // namespace outboard
