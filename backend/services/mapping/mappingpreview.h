// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "model/outboxrow.h"
#include "settings/profile.h"

#include <QList>
#include <QStringList>

#include <optional>
#include <stop_token>

namespace outboard {

/// Real rows through a mapping, and what it will run.
struct MappingPreview
{
    QList<OutboxRow> rows; ///< At most five: waiting ones first, then the newest.
    Count unpublished;
    Count dead;
    QStringList readSql;
    QStringList relaySql; ///< Empty where Outboard cannot relay the table.
    bool canRelay = false;
};

/// Reads only. Blocks up to the connect deadline. Error::Missing or Refused says which key of the
/// profile does not fit the database.
Result<MappingPreview> previewMapping(
    const OutboxSettings& settings,
    const std::optional<QString>& password = {},
    std::stop_token stop = {});

} // namespace outboard
