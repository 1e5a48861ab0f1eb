// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/processname.h"
#include "core/result.h"
#include "model/journal.h"

#include <memory>
#include <stop_token>

namespace outboard {

/// What operators did: a chain of records in a local SQLite file (mode 0600) that only grows. An
/// action has an intent, written and synced before it begins, parts with the ids that it found on
/// its way, and a result. Each record carries the SHA-256 of itself and the hash before it.
/// Payloads and secrets are not for it: passwords in texts are blanked. Any thread may call, and
/// several processes share the file. Errors are Error::Refused with what to do; nothing is then
/// written.
class Journal final
{
public:
    /// Opens or creates the file. `process` is who writes, by which a reader knows an action that
    /// goes on from one that was cut off.
    static Result<std::shared_ptr<Journal>> open(
        const QString& path, const QString& process = ownProcessName());
    ~Journal();
    Q_DISABLE_COPY_MOVE(Journal)

    const QString& path() const;

    // Writing: each call is one transaction, committed and synced.

    /// The number of the record, for the calls below.
    Result<qint64> intend(const JournalIntent& intent, TimePoint at);
    /// Ids that the intent could not name, as they become known.
    Result<void> add(qint64 intent, const QList<QByteArray>& ids, TimePoint at);
    /// An intent has one result; a second one is refused.
    Result<void> finish(qint64 intent, const JournalResult& result, TimePoint at);
    /// Intent and result at once, for what takes no time: a refusal, the write lock.
    Result<void> note(const JournalIntent& intent, const JournalResult& result, TimePoint at);

    // Reading.

    /// At most `limit` entries below the number `before`, newest first; without ids and commands.
    Result<JournalPage> page(
        const JournalFilter& filter, std::optional<qint64> before, qint64 limit) const;
    /// Error::Missing when there is no such intent.
    Result<JournalDetails> details(qint64 number) const;
    /// The entries whose ids hold exactly this one, oldest first, at most `limit`.
    Result<QList<JournalEntry>> involving(const QByteArray& id, qint64 limit) const;
    /// The number of the last record; 0 for an empty journal.
    Result<qint64> last() const;

    /// Walks along the chain from a place that is known to be whole (default: the beginning), one
    /// record in memory at a time, and looks for intents without a result.
    /// Error::Cancelled when stopped.
    Result<JournalCheck> check(const JournalMark& from, const std::stop_token& stop) const;

private:
    struct Private;
    explicit Journal(std::unique_ptr<Private> d);
    std::unique_ptr<Private> d;
};

} // namespace outboard
