// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/time.h"
#include "services/backends.h"

#include <QString>

class QApplication;

namespace outboard {

class Incidents;

/// What a tour shows, and where it puts the pictures.
struct TourOptions
{
    QString directory;              ///< Made when it is not there.
    Milliseconds calm{12'000};      ///< Polling before the first picture, while all is well.
    Milliseconds patience{120'000}; ///< How long to wait for a finding after the trouble began.
    Incidents* incidents = nullptr; ///< All are started; null where nothing can go wrong.
};

/// Pictures of every panel with live data, light and dark, at 1280 x 800 and 2560 x 1440: files
/// DIR/NN-panel-mode.png and DIR/NN-panel-mode-2560.png. Keeps runs and journal of its own. In a
/// sandbox it relays a few rows and replays stuck events, step by step; elsewhere it only reads.
/// Returns the exit code: 0, or 3 when nothing answered in time, or 2 when a picture could not be
/// written.
int runTour(QApplication& app, const BackendsPtr& backends, const TourOptions& options);

} // namespace outboard
