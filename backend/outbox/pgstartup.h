// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/access.h"
#include "core/time.h"
#include "outbox/pgdsn.h"

#include <QByteArray>

#include <optional>

namespace outboard {

/// The operator's DSN with what Outboard adds: the password when there is none, application_name,
/// and deadlines for a network that swallows packets, where the DSN sets none of its own. To
/// operate, only a primary will do.
PgDsn completedDsn(PgDsn dsn, const std::optional<QString>& password, Access access);

/// How long the settings hold.
enum class PgScope {
    Session,
    Transaction, ///< Behind a pooler the next transaction is in another session, and what was set
                 ///< in this one would stay with somebody else.
};

/// The SETs that a new session, or transaction, begins with.
QByteArray settingsSql(
    PgScope scope, Access access, Milliseconds statementTimeout, Milliseconds lockTimeout);

} // namespace outboard
