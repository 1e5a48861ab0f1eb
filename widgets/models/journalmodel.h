// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/time.h"
#include "model/journal.h"
#include "models/rowtablemodel.h"

namespace outboard {

/// Entries of the journal, by their number in the chain.
class JournalModel final : public RowTableModel<JournalEntry, qint64>
{
    Q_OBJECT

public:
    explicit JournalModel(const Clock& clock, QObject* parent = nullptr);
};

/// "done in part", translated.
QString journalStateText(JournalState state);
Tone toneOf(JournalState state);

} // namespace outboard
