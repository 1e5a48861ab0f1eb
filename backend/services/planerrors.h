// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"
#include "core/strongid.h"
#include "settings/profile.h"

#include <QList>

/// Why a plan cannot be made, with what to do about it.
namespace outboard::planErrors {

Error needsStreamAndGroup();
Error needsOutbox();
Error tooMany(qint64 limit);
Error stopped();
Error otherTopics(const HandlerSettings& handler, const QStringList& topics);
Error otherGroup(const HandlerSettings& handler, const GroupName& group, const QStringList& groups);

} // namespace outboard::planErrors
