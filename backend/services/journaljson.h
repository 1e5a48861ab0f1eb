// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/journal.h"

#include <QJsonObject>
#include <QStringList>

namespace outboard {

/// An entry as the journal command and exports spell it: at, who, profile, action, ids, commands
/// and result{state at text counts ids where environment number hash}. Unknown is null.
QJsonObject journalJson(const JournalDetails& details);

/// The same as cells of a table; ids and commands one a line in theirs.
QStringList journalCells(const JournalDetails& details);
QStringList journalCellTitles();

/// The result's sentence; what there is to say of an entry that has none.
QString journalResultText(const JournalEntry& entry);

} // namespace outboard
