// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/access.h"
#include "core/result.h"
#include "core/strongid.h"

#include <QString>

#include <memory>

namespace outboard {

class Context;
class Ledger;

/// The ledger that guards what this handler does for a group; null when the profile has none.
/// Error::Missing names the handlers there are.
Result<std::unique_ptr<Ledger>> openHandlerLedger(
    Context& context, const QString& handler, const GroupName& group, Access access);

} // namespace outboard
