// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/friction.h"

#include <QCoreApplication>

namespace outboard {

bool needsTypedCount(const Profile& profile, const Count& count)
{
    return !count.isKnown() || count.value > typedFrom
           || profile.environment == Environment::Production;
}

QString typedCount(const Count& count)
{
    return count.isExact() ? QString::number(count.value)
                           : QCoreApplication::translate("outboard", "all");
}

} // namespace outboard
