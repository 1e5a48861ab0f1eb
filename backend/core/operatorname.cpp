// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/operatorname.h"

#include <QSysInfo>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

QString userName()
{
    for (const char* variable : {"USER", "LOGNAME", "USERNAME"}) {
        const QString name = qEnvironmentVariable(variable);
        if (!name.isEmpty())
            return name;
    }
    return u"unknown"_s;
}

} // namespace

QString operatorName()
{
    return userName() + u'@' + QSysInfo::machineHostName();
}

} // namespace outboard
