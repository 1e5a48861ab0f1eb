// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace outboard {

/// The code block of a Markdown file that follows the comment `<!-- name -->`; empty when there is
/// none.
QString markedBlock(const QString& path, const QString& name);

} // namespace outboard
