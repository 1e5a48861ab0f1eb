// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "core/strongid.h"
#include "model/entryid.h"
#include "model/message.h"
#include "model/relayreport.h"

#include <QList>

#include <memory>
#include <optional>
#include <vector>

namespace outboard {

/// One chunk of a relay run.
struct RelayBatch
{
    QList<TopicName> topics;          ///< Empty: all.
    qint64 limit = 500;               ///< 1…1000 rows.
    std::optional<OutboxRowId> after; ///< Keyset position; absent starts at the low end.
    Milliseconds publishDeadline{10'000};
};

/// The rows that a batch holds.
struct LockedRows
{
    std::vector<OutgoingMessage> messages; ///< In id order; none: nothing unlocked is left above.
    std::optional<OutboxRowId> last;       ///< Highest row id: the next `after`.
};

/// One connection of a relay run, and the batch that it holds. Synchronous; one thread at a time.
class RelayLine
{
public:
    /// Lets go of what it holds.
    virtual ~RelayLine() = default;

    virtual bool isUsable() const = 0;

    /// Begins a transaction and locks unpublished rows in id order (FOR UPDATE SKIP LOCKED), so
    /// that no other relay takes them until mark() or letGo(). Holds nothing when there are none,
    /// or after an Error.
    virtual Result<LockedRows> lock(const RelayBatch& batch) = 0;

    /// Marks exactly the rows that the broker accepted, and commits; lets go of the others.
    /// `results`: one a message, in order; missing ones count as "may have been appended".
    /// The report's error says why the rest failed (Conflict: the commit is in doubt), and
    /// duplicatesPossible counts what was appended but is not known to be marked.
    virtual RelayReport mark(const std::vector<Result<EntryId>>& results) = 0;

    virtual void letGo() = 0;
};

/// The lines of one run, in the order in which they take turns.
using RelayLines = std::vector<std::unique_ptr<RelayLine>>;

} // namespace outboard
