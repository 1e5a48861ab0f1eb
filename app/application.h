// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "commandline.h"

#include <QStringList>

namespace outboard {

/// Whether the window is to be opened: no command, and nothing that only prints text.
bool opensWindow(const ParsedLine& parsed);

/// Runs everything that needs no display; returns the exit code. Needs a QCoreApplication.
int runHeadless(const ParsedLine& parsed);

} // namespace outboard
