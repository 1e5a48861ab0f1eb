// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/access.h"
#include "core/result.h"
#include "core/strongid.h"

#include <QString>

#include <map>
#include <memory>

namespace outboard {

class Context;
class Ledger;

/// The ledger that guards what this handler does for a group; null when the profile has none.
/// Error::Missing names the handlers there are.
Result<std::unique_ptr<Ledger>> openHandlerLedger(
    Context& context, const QString& handler, const GroupName& group, Access access);

/// The ledgers of a profile by group, each opened when it is first asked for.
class GroupLedgers
{
public:
    GroupLedgers(Context& context, Access access)
        : m_context(context)
        , m_access(access)
    {}

    /// Null when none records the group; owned by this object.
    Result<Ledger*> of(const GroupName& group);

    /// By its place among the profile's ledgers; never null.
    Result<Ledger*> at(qsizetype index);

private:
    Context& m_context;
    Access m_access;
    std::map<qsizetype, std::unique_ptr<Ledger>> m_open;
};

} // namespace outboard
