// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "core/time.h"
#include "model/pending.h"
#include "model/plan.h"
#include "services/deaddiscard.h"
#include "services/planner.h"
#include "services/relay.h"
#include "services/replayer.h"

#include <QByteArray>
#include <QList>

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

namespace outboard {

class Connections;
class DeadStore;
class RunStore;
class RunTalk;

/// What every action is given besides its own arguments: its lane's connections, and where it tells
/// its progress and the ids that only it finds, and sees that it is to stop.
struct ActionContext
{
    Connections& connections;
    Clock clock;
    ProgressFn progress;
    std::stop_token stop;
    /// For the journal: what the intent could not name. After an error the action must stop.
    std::function<Result<void>(const QList<QByteArray>&)> found = {};
};

/// The session's actions: they open what they need and hand it to the service that does the work.
/// Synchronous; they run on a lane of their own.
namespace action {

Result<RelayReport> relay(const ActionContext& context, const RelayRequest& request);
Result<ClaimReport> claim(const ActionContext& context, const ClaimRequest& request);
Result<AckReport> acknowledge(
    const ActionContext& context,
    const BrokerTopic& topic,
    const GroupName& group,
    const std::vector<EntryId>& ids);

/// Error::Refused when no ledger records the group's events.
Result<AckReport> acknowledgeProcessed(
    const ActionContext& context, const BrokerTopic& topic, const GroupName& group);

Result<Plan> plan(const ActionContext& context, const PlanRequest& request);
Result<Plan> judgeAgain(const ActionContext& context, const Plan& plan);
/// A new plan of the same events for another handler.
Result<Plan> planFor(const ActionContext& context, const Plan& plan, const QString& handler);

/// Where a run is kept, and who listens to it.
struct RunSeams
{
    QString runId;
    RunStore* runs = nullptr;           ///< May be null: the run cannot be resumed then.
    std::shared_ptr<RunTalk> talk = {}; ///< May be null: nobody listens.
    bool asksAtSteps = false;           ///< Waits for the operator after each canary step.
};

/// A new run of the plan.
Result<RunReport> replay(
    const ActionContext& context,
    const Plan& plan,
    const ReplayOptions& options,
    const RunSeams& seams);

/// Goes on with the run RunSeams::runId, which was cut off or stopped; events in doubt are repeated
/// only when asked.
Result<RunReport> resume(const ActionContext& context, bool repeatInDoubt, const RunSeams& seams);

/// Keeps the originals in `store`, then removes the letters at the server. Error::Refused without a
/// store.
Result<DiscardReport> discardDead(
    const ActionContext& context,
    const QList<DeadLetter>& letters,
    const QString& reason,
    DeadStore* store);

/// Puts discarded letters back so that they are dead letters again.
Result<RestoreReport> restoreDead(
    const ActionContext& context, const QStringList& ids, DeadStore* store);

} // namespace action

} // namespace outboard
