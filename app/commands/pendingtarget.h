// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "commandline.h"
#include "core/result.h"
#include "core/strongid.h"
#include "model/pending.h"

#include <QList>

#include <vector>

namespace outboard {

/// --stream and --group, which commands on one pending list need.
QList<OptionSpec> pendingTargetOptions();

struct PendingTarget
{
    BrokerTopic stream;
    GroupName group;
};

/// Error::Refused says which of the two is missing.
Result<PendingTarget> pendingTarget(const CommandLine& line);

/// --min-idle, --min-deliveries, --consumer: which entries.
QList<OptionSpec> pendingFilterOptions();
Result<PendingQuery> pendingQuery(const CommandLine& line, const PendingTarget& target);

/// --id as entry ids. Error::Refused names the one that is none.
Result<std::vector<EntryId>> entryIds(const CommandLine& line);

} // namespace outboard
