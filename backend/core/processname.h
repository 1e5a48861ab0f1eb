// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace outboard {

/// A name for this process that no other one on this machine has or will have: what stands in a
/// file tells later whether its writer still lives.
QString ownProcessName();

/// Whether the process of that name still runs. False for text that is no such name.
bool isProcessAlive(const QString& name);

} // namespace outboard
