// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "services/mapping/mappingproposer.h"
#include "settings/profile.h"

#include <QHash>
#include <QStringList>

#include <optional>

namespace outboard {

/// What the pages of the wizard hand on to each other.
struct WizardState
{
    Profile profile;
    MappingEvidence evidence;
    QHash<QString, QString> passwords; ///< By source: "outbox", "broker"; typed, never in a file.

    std::optional<QString> password(const QString& source) const
    {
        const auto known = passwords.constFind(source);
        return known == passwords.constEnd() || known->isEmpty() ? std::nullopt
                                                                 : std::optional(*known);
    }
};

} // namespace outboard
