// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "model/event.h"
#include "model/pending.h"

#include <QList>
#include <QString>
#include <QStringList>

#include <optional>

namespace outboard {

enum class Verdict {
    Run,
    Processed,      ///< The ledger holds it: skipped.
    InFlight,       ///< Pending and not idle long enough: a consumer works on it.
    PayloadMissing, ///< Nothing to hand to the handler.
    Unknown,        ///< Ledger pruned or absent: needs an explicit yes.
};

/// Contract spelling: run, processed, in_flight, payload_missing, unknown.
QString verdictName(Verdict verdict);
std::optional<Verdict> verdictFromName(const QString& name);

/// The pending entry of an event, as it was when the event was judged.
struct HeldEntry
{
    BrokerTopic topic;
    PendingEntry entry;

    friend bool operator==(const HeldEntry&, const HeldEntry&) = default;
};

/// How one consumer group stands with an event, and what that rests on. Whatever is not known is
/// absent.
struct GroupVerdict
{
    GroupName group; ///< Empty: the ledger speaks for no group in particular.
    Verdict verdict = Verdict::Unknown;
    QString reason;                       ///< Translated.
    QString ledger;                       ///< Empty: none records the group.
    std::optional<TimePoint> processedAt; ///< Time in the ledger's row, where it has such a column.
    std::optional<HeldEntry> held;        ///< Its entry in the group's pending list.

    friend bool operator==(const GroupVerdict&, const GroupVerdict&) = default;
};

/// A later event of the same key that was processed before this one.
struct NewerEvent
{
    EventId id;
    TimePoint createdAt;
    GroupName group; ///< Whose ledger holds it.

    friend bool operator==(const NewerEvent&, const NewerEvent&) = default;
};

struct PlanItem
{
    Event event;
    Verdict verdict = Verdict::Unknown; ///< Of all groups together.
    QString reason;                     ///< Translated; the evidence behind the verdict.
    QList<GroupVerdict> groups = {};    ///< One a group that was judged; empty without an event id.
    std::optional<NewerEvent> newer = {}; ///< A warning: running this one turns the order round.

    friend bool operator==(const PlanItem&, const PlanItem&) = default;
};

/// The frozen set of events with a verdict each. The set never changes once made; judging it again
/// changes only verdicts and what they rest on.
struct Plan
{
    QString id; ///< UUID without braces.
    QString profile;
    QString handler;
    GroupName group; ///< Whose ledger the verdicts come from; empty when no group was named.
    QString source;  ///< pending, dead, outbox or ids.
    TimePoint madeAt;
    QList<PlanItem> items;
    std::optional<TimePoint> judgedAt = {}; ///< Absent: when it was made.
    QString fromRun = {}; ///< The run whose unfinished events these are; it may hold their entries.
    QString note = {};    ///< Translated; what could not be looked at. Empty: everything was.

    qsizetype count(Verdict verdict) const;
    /// Events that will run although a newer one of their key was processed.
    qsizetype warnings() const;

    friend bool operator==(const Plan&, const Plan&) = default;
};

enum class OutcomeKind {
    Applied,
    Skipped, ///< Already processed when its turn came, or not `run` in the plan.
    Failed,
    NoVerdict, ///< Sent, but no ledger has confirmed it yet.
    InDoubt, ///< The handler may have run; whether it did is unknown. Never repeated without a yes.
    NotRun,  ///< The run stopped before its turn.
};

/// Stable spelling for stores and JSON: applied, skipped, failed, no_verdict, in_doubt, not_run.
QString outcomeName(OutcomeKind kind);
std::optional<OutcomeKind> outcomeFromName(const QString& name);

struct Outcome
{
    qsizetype item =
        0; ///< Index into Plan::items; one event id can be in a plan with several origins.
    EventId eventId;
    OutcomeKind kind = OutcomeKind::NotRun;
    QString reason;

    friend bool operator==(const Outcome&, const Outcome&) = default;
};

struct RunReport
{
    QString runId;
    QString planId;
    qint64 applied = 0;
    qint64 skipped = 0;
    qint64 failed = 0;
    qint64 noVerdict = 0;
    qint64 inDoubt = 0;
    qint64 notRun = 0;
    bool stopped = false;
    QString stopReason;         ///< Translated; empty unless stopped.
    QList<Outcome> outcomes;    ///< One per plan item, in plan order.
    std::optional<Error> error; ///< Set when the run could not go on (server gone).
    Milliseconds elapsed{0};

    friend bool operator==(const RunReport&, const RunReport&) = default;
};

} // namespace outboard
