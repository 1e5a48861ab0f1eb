// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace outboard {

class CommandLine;

/// Opens the window on the profile of the command line and runs until it is closed; returns the
/// exit code. Makes its own QApplication. Built without the screens, it says so and returns 2.
int openWindow(int& argc, char** argv, const CommandLine& line);

} // namespace outboard
