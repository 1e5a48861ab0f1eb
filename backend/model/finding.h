// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/strongid.h"
#include "core/time.h"

#include <QList>
#include <QString>

#include <optional>

namespace outboard {

enum class Severity { Notice, Warning, Critical };

/// Contract spelling: notice, warning, critical.
QString severityName(Severity severity);

/// What a button of a finding, or the operator, can do about it.
enum class RemedyKind { None, RelayBatch, Claim, Replay, ShowOutbox, ShowStreams };

struct Remedy
{
    RemedyKind kind = RemedyKind::None;
    QString label; ///< Translated; "Claim 37 entries…"
    std::optional<BrokerTopic> topic;
    std::optional<GroupName> group;

    friend bool operator==(const Remedy&, const Remedy&) = default;
};

/// One thing that is wrong, with its evidence.
struct Finding
{
    QString id; ///< Stable: rule and object, e.g. "consumer_stuck:order.paid:billing".
    Severity severity = Severity::Notice;
    QString title;    ///< "Relay stalled: 12 431 rows waiting"
    QString evidence; ///< Numbers, where they come from.
    Remedy remedy;
    std::optional<TimePoint>
        since; ///< First round that saw it, or earlier when the evidence says so.

    friend bool operator==(const Finding&, const Finding&) = default;
};

} // namespace outboard
