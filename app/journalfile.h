// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"

#include <QString>

#include <memory>

namespace outboard {

class Journal;

/// AppLocalDataLocation/journal.sqlite; made when it is missing.
Result<std::shared_ptr<Journal>> openJournal();

} // namespace outboard
