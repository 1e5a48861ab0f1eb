// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "store/historynumbers.h"
#include "store/historystore.h"
#include "store/localdatabase.h"

#include <QVariant>

#include <array>

namespace outboard::stored {

/// How long numbers stay as they are before they become means of the next width, both in seconds.
struct Tier
{
    qint64 width;
    qint64 kept;
};

inline constexpr std::array tiers{
    Tier{1, 600}, Tier{10, 7'200}, Tier{60, 86'400}, Tier{600, 30 * 86'400}};

inline qint64 secondOf(TimePoint at)
{
    return std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
}

inline TimePoint momentOf(qint64 second)
{
    return TimePoint(std::chrono::seconds(second));
}

QString seriesName(Series series);
/// Absent for one that another Outboard knows.
std::optional<Series> seriesFromName(const QString& name);

} // namespace outboard::stored
