// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLoggingCategory>

namespace outboard {

// Switched by QT_LOGGING_RULES, e.g. "outboard.redis.debug=true". Log text is English and never
// contains a secret or a payload.
Q_DECLARE_LOGGING_CATEGORY(logPostgres)
Q_DECLARE_LOGGING_CATEGORY(logRedis)
Q_DECLARE_LOGGING_CATEGORY(logServices)
Q_DECLARE_LOGGING_CATEGORY(logSandbox)
Q_DECLARE_LOGGING_CATEGORY(logStore)

} // namespace outboard
