// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "settings/profile.h"

#include <QString>
#include <QStringList>

namespace outboard {

/// Settings with every empty text filled in from their preset, and the suffix by which the table is
/// found when no name is set (empty: the preset has no such rule).
struct PresetSettings
{
    OutboxSettings settings;
    QString suffix;
};

/// Error::Refused naming the presets that exist when the preset is none of them.
Result<PresetSettings> withPreset(OutboxSettings settings);

QStringList outboxPresets();

} // namespace outboard
