// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"

#include <QByteArray>

namespace outboard {

class ScratchRedis;

/// What one group gave up on in one stream.
struct DeadEntries
{
    QByteArray stream;
    QByteArray group;
    int first; ///< Event ids first … last.
    int last;
};

/// Adds these entries, delivered seven times to a consumer that has been gone for two minutes.
Result<void> addDeadEntries(const ScratchRedis& redis, const DeadEntries& dead);

} // namespace outboard
