// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace outboard {

/// AppLocalDataLocation/history-NAME.sqlite of a profile.
QString historyFile(const QString& profile);

} // namespace outboard
