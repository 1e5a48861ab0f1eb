// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "services/mapping/evidence.h"
#include "settings/profile.h"

#include <QString>
#include <QStringList>

namespace outboard {

/// How a table tells what waits, what was sent and what is dead.
struct RowStates
{
    enum class Family { Status, Time, Flag, Existence };

    Family family = Family::Existence;
    QString unpublished;
    QString inFlight;
    QString published;
    QString markPublished;
    QString dead;
    QStringList reasons; ///< Translated.
    QStringList doubts;  ///< Translated.

    void applyTo(OutboxSettings& settings) const;
};

/// By the columns' names and types, their defaults, remarks and enum labels, and the rows. The
/// first that fits of: a status (text, enum or number), a flag, a timestamp that is NULL while a
/// row waits, and the row's mere existence.
RowStates findRowStates(const SampledTable& table);

} // namespace outboard
