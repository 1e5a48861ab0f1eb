// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "parts/buttonlook.h"

#include <QString>

class QAction;
class QPushButton;
class QWidget;

namespace outboard {

/// An action of `owner` that is also offered by the command palette.
QAction* makeAction(QWidget* owner, const QString& objectName, const QString& text);

/// A button that triggers the action and has its text, tool tip, enabled state and visibility;
/// named after it with "Button" at the end.
QPushButton* makeButton(QAction* action, ButtonLook look, QWidget* parent = nullptr);

} // namespace outboard
