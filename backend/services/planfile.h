// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "model/plan.h"

#include <QByteArray>

namespace outboard {

class PayloadMask;
class RunStore;

/// The plan as a file. Where payloads are masked they are left out of it and stay in `runs`, so
/// that the file can be replayed on this machine, byte for byte, and read by anybody.
/// Error::Refused when they cannot be kept there.
Result<QByteArray> planFile(const Plan& plan, const PayloadMask& mask, RunStore* runs);

/// Whether planFromFile() needs the store for this file.
bool hasKeptPayloads(const QByteArray& json);

/// What planFile() wrote, with payloads. Error::Missing when they were left out and are not kept
/// on this machine; Error::Refused when the file names other events than the plan that is kept.
Result<Plan> planFromFile(const QByteArray& json, const RunStore* runs);

} // namespace outboard
