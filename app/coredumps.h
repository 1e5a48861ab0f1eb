// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace outboard {

/// A crash writes no image of this process to disk: passwords and payloads are in its memory.
void forbidCoreDumps();

} // namespace outboard
