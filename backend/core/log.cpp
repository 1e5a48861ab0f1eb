// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/log.h"

namespace outboard {

Q_LOGGING_CATEGORY(logPostgres, "outboard.postgres", QtInfoMsg)
Q_LOGGING_CATEGORY(logRedis, "outboard.redis", QtInfoMsg)
Q_LOGGING_CATEGORY(logServices, "outboard.services", QtInfoMsg)
Q_LOGGING_CATEGORY(logSandbox, "outboard.sandbox", QtInfoMsg)
Q_LOGGING_CATEGORY(logStore, "outboard.store", QtInfoMsg)

} // namespace outboard
