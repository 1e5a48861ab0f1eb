// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/snapshot.h"
#include "services/history.h"
#include "settings/profile.h"
#include "theme.h"

#include <QList>

#include <optional>

namespace outboard {

/// The last round, and for each half the last one that could be read.
struct OverviewInput
{
    SnapshotPtr now;
    SnapshotPtr lastOutbox; ///< Its `outbox` holds a value; null when there never was one.
    SnapshotPtr lastBroker; ///< The same for `broker`.
    const History& history;
    const Profile& profile;
};

/// What one tile says.
struct TileContent
{
    QString id;
    QString title;
    QString value;   ///< "12 431", "10 000+", "~12 000", "?", "none".
    QString note;    ///< Where, or against which limit.
    QString toolTip; ///< How far the value can be trusted, and why it is unknown.
    Tone tone = Tone::Neutral;
    bool isOld = false; ///< From before the source stopped answering.
    std::optional<Series> series;

    friend bool operator==(const TileContent&, const TileContent&) = default;
};

/// Backlog, oldest age, rows in/s, rows relayed/s, time to drain, pending, oldest idle, dead.
QList<TileContent> overviewTiles(const OverviewInput& input);

/// The answer to "is it broken, since when".
struct Headline
{
    QString title;
    QString text;
    QString icon;
    Tone tone = Tone::Muted;

    friend bool operator==(const Headline&, const Headline&) = default;
};

Headline overviewHeadline(const SnapshotPtr& snapshot, const Profile& profile, TimePoint now);

} // namespace outboard
