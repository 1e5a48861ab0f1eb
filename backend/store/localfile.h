// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"

#include <QString>

namespace outboard {

/// Makes sure that a file exists that only its user can read (0600), in a folder that is made 0700
/// where it is missing. Error::Refused with what to do.
Result<void> ensurePrivateFile(const QString& path);

} // namespace outboard
