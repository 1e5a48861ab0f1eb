// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace outboard {

struct Theme;

/// The style-sheet rules on top of Fusion, with the theme's colours filled in.
QString styleSheetOf(const Theme& theme);

} // namespace outboard
