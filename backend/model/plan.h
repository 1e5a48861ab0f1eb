// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "model/event.h"

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

struct PlanItem
{
    Event event;
    Verdict verdict = Verdict::Unknown;
    QString reason; ///< Translated; the evidence behind the verdict.

    friend bool operator==(const PlanItem&, const PlanItem&) = default;
};

/// The frozen set of events with a verdict each. Never changes once made.
struct Plan
{
    QString id; ///< UUID without braces.
    QString profile;
    QString handler;
    GroupName group; ///< Whose ledger the verdicts come from; empty when no group was named.
    QString source;  ///< pending, dead, outbox or ids.
    TimePoint madeAt;
    QList<PlanItem> items;

    qsizetype count(Verdict verdict) const;

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
