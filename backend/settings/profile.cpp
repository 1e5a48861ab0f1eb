// SPDX-License-Identifier: GPL-3.0-or-later
#include "settings/profile.h"

#include <algorithm>

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

std::optional<qsizetype> ledgerOf(const Profile& profile, const GroupName& group)
{
    const auto indexWhere = [&profile](const auto& matches) -> std::optional<qsizetype> {
        const auto ledger = std::ranges::find_if(profile.ledgers, matches, &LedgerSettings::groups);
        if (ledger == profile.ledgers.end())
            return std::nullopt;
        return ledger - profile.ledgers.begin();
    };
    const auto named =
        indexWhere([&group](const QStringList& groups) { return groups.contains(group.text()); });
    return named ? named : indexWhere([](const QStringList& groups) { return groups.isEmpty(); });
}

} // namespace outboard
