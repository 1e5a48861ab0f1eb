// SPDX-License-Identifier: GPL-3.0-or-later
#include "settings/profile.h"

namespace outboard {

using namespace Qt::StringLiterals;

QString environmentName(Environment environment)
{
    switch (environment) {
    case Environment::Sandbox: return u"sandbox"_s;
    case Environment::Development: return u"development"_s;
    case Environment::Staging: return u"staging"_s;
    case Environment::Production: return u"production"_s;
    }
    return u"production"_s;
}

} // namespace outboard
