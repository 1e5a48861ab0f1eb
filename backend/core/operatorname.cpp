// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/operatorname.h"

#include <pwd.h>
#include <unistd.h>

#include <QSysInfo>

#include <array>

namespace outboard {

namespace {

/// Of the account that runs Outboard: an environment can lack it, or say anything.
QString userName()
{
    std::array<char, 4096> text{};
    passwd entry{};
    passwd* found = nullptr;
    const bool isKnown =
        getpwuid_r(geteuid(), &entry, text.data(), text.size(), &found) == 0 && found;
    // Containers run under numbers that no account has.
    return isKnown ? QString::fromLocal8Bit(found->pw_name) : QString::number(geteuid());
}

} // namespace

QString operatorName()
{
    return userName() + u'@' + QSysInfo::machineHostName();
}

} // namespace outboard
