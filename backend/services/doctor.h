// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/finding.h"
#include "model/snapshot.h"
#include "settings/profile.h"

#include <QList>

namespace outboard {

class History;

/// Everything that is wrong in this round, worst first. One file a rule (services/doctor/*.cpp),
/// one entry a rule in doctor.cpp. Pure: looks only at what it is given.
QList<Finding> examine(const Snapshot& snapshot, const History& history, const Profile& profile);

} // namespace outboard
