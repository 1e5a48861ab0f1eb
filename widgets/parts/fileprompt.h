// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

#include <functional>

class QWidget;

namespace outboard {

using PathFn = std::function<void(const QString& path)>;

/// Asks for a file to write, without waiting for the answer: `chosen` is called with the path, and
/// not at all when the operator changes their mind. `filters` as QFileDialog has them; the ending
/// of the chosen one is added to a name without any.
void askSavePath(
    QWidget* parent,
    const QString& title,
    const QString& proposal,
    const QStringList& filters,
    const PathFn& chosen);

/// The same for a file to read.
void askOpenPath(
    QWidget* parent, const QString& title, const QStringList& filters, const PathFn& chosen);

} // namespace outboard
