// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "core/time.h"
#include "model/deadletter.h"
#include "model/outboxrow.h"
#include "model/pending.h"
#include "model/plan.h"
#include "services/deadcollector.h"
#include "services/judgedledgers.h"
#include "services/relay.h"
#include "settings/profile.h"

#include <QList>

#include <optional>
#include <stop_token>
#include <vector>

namespace outboard {

class Broker;
class OutboxStore;

/// Which events to freeze, and against which ledger to judge them.
struct PlanRequest
{
    enum class From { Pending, Dead, Outbox, Ids };

    From from = From::Ids;
    QString handler;
    GroupName group;                  ///< Required for Pending; else optional.
    std::optional<BrokerTopic> topic; ///< Required for Pending.
    PendingQuery pending;          ///< Filter for Pending (topic and group are taken from above).
    std::vector<EntryId> entries;  ///< Pending: exactly these; empty: all that pass the filter now.
    OutboxFilter outbox;           ///< Filter for Outbox.
    std::vector<OutboxRowId> rows; ///< Outbox: exactly these; empty: all that pass the filter now.
    std::vector<EventId> ids;      ///< Ids: exactly these.
    DeadRequest deadFilter;        ///< Filter for Dead (topic and group are taken from above).
    QList<DeadLetter> dead;        ///< Dead: exactly these; empty: all that pass the filter now.
    qint64 limit = 100'000;        ///< Larger selections are refused, never cut.
};

/// Makes plans: freezes the set and asks ledger and broker for each event's verdict.
class Planner
{
public:
    /// `outbox` and `ledger` may be null: payloads then come from the broker alone, and verdicts
    /// are Unknown with the reason. `ledgerOf`: for handlers that reach every group of a topic, as
    /// republishing does; where no group is chosen each is then judged by its own ledger.
    Planner(
        const Profile& profile,
        OutboxStore* outbox,
        Broker& broker,
        Ledger* ledger,
        Clock clock,
        LedgerOf ledgerOf = {});

    /// Order of the selection. One item per (event, origin).
    Result<Plan> make(
        const PlanRequest& request, const ProgressFn& progress, const std::stop_token& stop);

    /// The same set judged again now: same id, same items, new verdicts and reasons.
    Result<Plan> judgeAgain(Plan plan, const std::stop_token& stop);

    /// The same set for another handler: a new plan of the same events. Refused as make() refuses.
    Result<Plan> forHandler(Plan plan, const QString& handler, const std::stop_token& stop);

private:
    bool hasKeys() const;
    JudgedLedgers ledgersFor(const QString& handler) const;

    const Profile& m_profile;
    OutboxStore* m_outbox;
    Broker& m_broker;
    Ledger* m_ledger;
    Clock m_clock;
    LedgerOf m_ledgerOf;
};

/// A new plan of those events of a run that ended in one of these ways: the same frozen events,
/// payloads included. Its verdicts are the old ones until it is judged again.
Plan planOfOutcomes(
    const Plan& plan, const RunReport& report, const QList<OutcomeKind>& kinds, TimePoint now);

/// JSON form of a plan file; payloads are kept as base64 so that no byte changes.
QByteArray planToJson(const Plan& plan);

/// Error::Refused naming the key that is missing or wrong.
Result<Plan> planFromJson(const QByteArray& json);

} // namespace outboard
