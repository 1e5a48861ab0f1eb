// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/access.h"
#include "core/time.h"
#include "outbox/pgdsn.h"

#include <QByteArray>

#include <optional>

namespace outboard {

/// The operator's DSN with what Outboard adds: the password when there is none, application_name,
/// and deadlines for a network that swallows packets, where the DSN sets none of its own.
PgDsn completedDsn(PgDsn dsn, const std::optional<QString>& password, Access access);

/// The SETs that a new session begins with.
QByteArray sessionSettings(Access access, Milliseconds statementTimeout, Milliseconds lockTimeout);

} // namespace outboard
