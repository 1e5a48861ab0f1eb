// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "store/journal.h"
#include "store/journalrecord.h"
#include "store/localdatabase.h"

namespace outboard {

struct Journal::Private
{
    QString path;
    QString who;
    QString process;
    std::unique_ptr<LocalDatabase> database;

    JournalRecord record(const QString& kind, qint64 intent, TimePoint at) const;
    JournalRecord intentRecord(const JournalIntent& intent, TimePoint at) const;
    JournalRecord resultRecord(qint64 intent, const JournalResult& result, TimePoint at) const;

    /// Links the record to the end of the chain; sets its number. Inside a write().
    Result<void> append(QSqlDatabase& connection, JournalRecord& record) const;
};

/// What stands before the first record.
QByteArray journalSeed();

} // namespace outboard
