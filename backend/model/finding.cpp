// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/finding.h"

namespace outboard {

using namespace Qt::StringLiterals;

QString severityName(Severity severity)
{
    switch (severity) {
    case Severity::Notice: return u"notice"_s;
    case Severity::Warning: return u"warning"_s;
    case Severity::Critical: return u"critical"_s;
    }
    return u"notice"_s;
}

} // namespace outboard
