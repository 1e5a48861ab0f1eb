// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QStringList>

namespace outboard {

/// One line as RFC 4180 has it, UTF-8, with its line end. A cell that a spreadsheet would run
/// (= + - @) gets an apostrophe.
QByteArray csvLine(const QStringList& cells);

} // namespace outboard
