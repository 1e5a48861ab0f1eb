// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QPushButton;

namespace outboard {

/// How much a button asks to be pressed.
enum class ButtonLook {
    Plain,
    Quiet,   ///< Without a frame.
    Primary, ///< What to do now; at most one beside each other.
    Danger,  ///< Changes production, or cannot be taken back.
};

void setLook(QPushButton& button, ButtonLook look);

} // namespace outboard
