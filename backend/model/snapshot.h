// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "core/time.h"
#include "model/brokerstate.h"
#include "model/finding.h"
#include "model/outboxrow.h"
#include "model/serverhealth.h"

#include <QList>
#include <QMetaType>
#include <QString>

#include <memory>
#include <optional>

namespace outboard {

/// How one server is doing, for the connection pills and `sources[]`.
struct SourceHealth
{
    QString name; ///< "outbox", "broker", "ledger billing_processedevent"
    bool isOk = false;
    std::optional<Error> error;            ///< Set when not ok.
    std::optional<Microseconds> roundTrip; ///< One trivial command, measured on the desktop.
    std::optional<TimePoint> failingSince; ///< Desktop clock; when the first failing round began.
    std::optional<TimePoint> nextTry;      ///< Desktop clock; set while backing off.

    friend bool operator==(const SourceHealth&, const SourceHealth&) = default;
};

/// One finished round of the poller; immutable once handed over.
/// A dead source is an Error inside it, not a missing snapshot.
struct Snapshot
{
    quint64 round = 0;
    TimePoint startedAt;  ///< Desktop clock.
    TimePoint finishedAt; ///< Desktop clock.
    Result<OutboxState> outbox = Error{};
    Result<BrokerState> broker = Error{};
    QList<SourceHealth> sources; ///< outbox, broker, then the ledgers in profile order.
    QList<Finding> findings;     ///< Worst first, then those that are muted.
    ServerHealth health;         ///< As it was asked last, up to 10 s ago.
};

using SnapshotPtr = std::shared_ptr<const Snapshot>;

} // namespace outboard

Q_DECLARE_METATYPE(outboard::SnapshotPtr)
