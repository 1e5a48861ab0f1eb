// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/plan.h"

#include <QJsonObject>
#include <QString>

namespace outboard {

/// plan_id and events[]{event_id verdict reason}.
QJsonObject planDocument(const Plan& plan);

/// How many of each verdict, then the events, the first thousand of them.
QString planText(const Plan& plan);

/// "300 run, 200 processed"
QString verdictCounts(const Plan& plan);

} // namespace outboard
