// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/count.h"
#include "core/error.h"
#include "core/strongid.h"
#include "core/time.h"

#include <QList>

#include <optional>

namespace outboard {

struct RelayFailure
{
    OutboxRowId id;
    Error error;

    friend bool operator==(const RelayFailure&, const RelayFailure&) = default;
};

/// What one chunk, or a whole relay run, did.
struct RelayReport
{
    qint64 published = 0;       ///< Accepted by the broker and marked, committed.
    QList<RelayFailure> failed; ///< Refused by the broker; still unpublished.
    qint64 duplicatesPossible =
        0; ///< Rows that were (or may have been) appended but stayed unpublished: they will be sent
           ///< again, with the same event id.
    Count remaining; ///< Unpublished afterwards, within the chosen topics.
    Milliseconds elapsed{0};
    bool stopped = false;       ///< By the operator.
    std::optional<Error> error; ///< Why it ended early.
};

} // namespace outboard
