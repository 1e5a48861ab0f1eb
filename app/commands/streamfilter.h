// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "commandline.h"
#include "core/result.h"
#include "model/snapshot.h"

#include <QJsonObject>

namespace outboard {

class Context;

/// What `topics` and `groups` share: --stream, one survey cut down to it, and one document.
OptionSpec streamOption();

/// Error::Missing when --stream names a stream that neither exists nor is any waiting topic's
/// destination.
Result<Snapshot> filteredSurvey(Context& context);

/// {"topics": [..], "streams": [..]}; null for a source that did not answer.
QJsonObject stateJson(const Snapshot& snapshot);

} // namespace outboard
