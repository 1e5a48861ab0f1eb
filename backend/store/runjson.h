// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "services/replayer.h"

#include <QByteArray>

namespace outboard {

/// How the run store spells options and reports. Reports go without their outcomes, which have rows
/// of their own.
QByteArray optionsToJson(const ReplayOptions& options);
Result<ReplayOptions> optionsFromJson(const QByteArray& json);
QByteArray reportToJson(const RunReport& report);
Result<RunReport> reportFromJson(const QByteArray& json);

} // namespace outboard
