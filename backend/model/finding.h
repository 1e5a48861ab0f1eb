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
enum class RemedyKind {
    None,
    RelayBatch,
    Claim,
    Acknowledge, ///< Opens the pending entries whose events the ledger has.
    Replay,
    Reconcile,
    ShowOutbox,
    ShowStreams,
    ShowDeadLetters,
    Copy, ///< Puts `text` (SQL, Django code) on the clipboard.
};

struct Remedy
{
    RemedyKind kind = RemedyKind::None;
    QString label; ///< Translated; "Claim 37 entries…"
    std::optional<BrokerTopic> topic;
    std::optional<GroupName> group;
    QString text = {}; ///< What Copy copies.

    friend bool operator==(const Remedy&, const Remedy&) = default;
};

/// The operator's word that a finding is known.
struct Mute
{
    QString reason;
    QString by;
    TimePoint at;
    TimePoint until;

    friend bool operator==(const Mute&, const Mute&) = default;
};

/// One thing that is wrong, with its evidence.
struct Finding
{
    QString id; ///< Stable: rule and object, e.g. "consumer_stuck:order.paid:billing".
    Severity severity = Severity::Notice;
    QString title;            ///< "Relay stalled: 12 431 rows waiting"
    QString evidence;         ///< Numbers, where they come from.
    QString explanation = {}; ///< What it means and what to do, for one who never saw it.
    Remedy remedy;
    std::optional<TimePoint>
        since; ///< First round that saw it, or earlier when the evidence says so.
    std::optional<Mute> mute = {}; ///< Set while it is muted.

    friend bool operator==(const Finding&, const Finding&) = default;
};

} // namespace outboard
