// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "core/time.h"
#include "model/event.h"
#include "model/message.h"
#include "model/pending.h"

#include <QList>
#include <QString>

#include <optional>

namespace outboard {

class Connections;

/// A pending entry with what the broker and the ledger know of it.
struct PendingDetail
{
    PendingEntry entry;
    std::optional<Message> message; ///< Absent: gone from the stream.
    LedgerMark ledger = LedgerMark::Unknown;

    friend bool operator==(const PendingDetail&, const PendingDetail&) = default;
};

struct PendingDetails
{
    QList<PendingDetail> entries;
    std::optional<EntryId> next; ///< PendingQuery::from for the following page.
    QString note;                ///< Translated; e.g. why ledger states are unknown.
    TimePoint at;                ///< Desktop clock when it was read.
};

/// One page of a pending list, its messages, and the marks of the group's ledger.
/// A ledger that does not answer is no error: its marks are Unknown and the note says why.
/// Error::Refused for a broker without pending lists.
Result<PendingDetails> readPending(
    Connections& connections, const PendingQuery& query, const Clock& clock);

} // namespace outboard
