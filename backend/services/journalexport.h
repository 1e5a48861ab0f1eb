// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "model/journal.h"

#include <QString>

#include <stop_token>

namespace outboard {

class Journal;

enum class JournalFormat { Csv, Json };

/// Writes the entries that pass the filter, newest first and whole, one in memory at a time: all of
/// them or no file. How many there were. Error::Refused names the file; Cancelled when stopped.
Result<qint64> exportJournal(
    const Journal& journal,
    const JournalFilter& filter,
    const QString& path,
    JournalFormat format,
    const std::stop_token& stop);

} // namespace outboard
