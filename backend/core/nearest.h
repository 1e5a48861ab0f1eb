// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

namespace outboard {

/// The known word that `word` begins, else the one that takes the fewest typing mistakes to become
/// `word`; the first of equals.
/// Empty when there are no known words.
QString nearestWord(const QString& word, const QStringList& known);

} // namespace outboard
