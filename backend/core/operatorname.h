// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace outboard {

/// user@host: who works with this Outboard, in the journal and as a consumer's name.
QString operatorName();

} // namespace outboard
