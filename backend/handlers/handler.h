// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "model/event.h"

#include <QString>
#include <QStringList>

#include <span>
#include <vector>

namespace outboard {

class SqlTransaction;

/// What applies an event when it is replayed. Synchronous; used on one thread.
class Handler
{
public:
    /// Who keeps an event from being applied twice.
    enum class Guard {
        Ledger,    ///< Outboard inserts the ledger row in the same transaction as the work.
        Consumers, ///< The consumers' own ledgers do; the outcome is NoVerdict until one confirms
                   ///< it.
    };

    virtual ~Handler() = default;

    virtual QString name() const = 0;
    virtual Guard guard() const = 0;

    /// Whether apply() does all its work through the transaction, so that a batch can be rolled
    /// back and redone one by one. False: the effect cannot be undone, so events are applied one at
    /// a time.
    virtual bool isTransactional() const = 0;

    /// Applies the events in order and stops at the first error, which leaves the transaction
    /// aborted. `transaction` is null for Guard::Consumers. Unreachable, Timeout and Conflict mean
    /// "may have been applied".
    virtual Result<void> apply(std::span<const Event> events, SqlTransaction* transaction) = 0;

    /// What apply() runs, for the confirm dialog.
    virtual QStringList commands() const = 0;
};

} // namespace outboard
