// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "core/time.h"
#include "model/message.h"
#include "model/pending.h"
#include "model/plan.h"
#include "model/relayreport.h"
#include "services/actionrunner.h"
#include "services/backends.h"
#include "services/operation.h"
#include "services/pendingdetails.h"
#include "services/planner.h"
#include "services/poller.h"
#include "services/relay.h"
#include "services/replayer.h"
#include "services/runcontrol.h"

#include <QFuture>
#include <QObject>

#include <memory>
#include <optional>
#include <vector>

namespace outboard {

class RunStore;

/// A run that has begun.
struct StartedRun : Started<RunReport>
{
    RunControl* control = nullptr; ///< Never null; goes with the operation.
};

/// One open profile: the poller, the reading lane for what panels ask, one lane of its own for each
/// action, and the write lock. All that panels know besides snapshots and models. Lives on the GUI
/// thread.
class Session final : public QObject
{
    Q_OBJECT

public:
    Session(
        BackendsPtr backends,
        std::shared_ptr<RunStore> runs,
        Clock clock,
        QObject* parent = nullptr);
    ~Session() override;

    const Profile& profile() const;
    Poller& poller();
    const Clock& clock() const;
    RunStore* runs() const;

    // The write lock.
    bool isArmed() const;
    std::optional<TimePoint> armedUntil() const;
    /// Error::Refused unless `typedName` is the profile's name (asked for in production only).
    Result<void> arm(const QString& typedName);
    void disarm();

    // Reading, on monitor lanes.
    QFuture<Result<OutboxPage>> outboxPage(
        const OutboxFilter& filter, const std::optional<OutboxRowId>& after, qint64 limit);
    QFuture<Result<QList<OutboxRow>>> outboxRows(std::vector<OutboxRowId> ids);
    /// One page of a pending list with payloads and ledger states.
    QFuture<Result<PendingDetails>> pending(const PendingQuery& query);
    QFuture<Result<QList<Message>>> messages(const MessageRange& range);
    QFuture<Result<QList<Message>>> fetch(const BrokerTopic& topic, std::vector<EntryId> ids);
    /// Planning only reads; it may take long, so it is an operation that can be stopped.
    /// Plans are kept in the run store as they were made.
    Started<Plan> plan(const PlanRequest& request);
    Started<Plan> judgeAgain(const Plan& plan);
    /// A new plan of the same events for another handler.
    Started<Plan> planFor(const Plan& plan, const QString& handler);
    /// Judges a plan that was made of an older one (planOfOutcomes), and keeps it.
    Started<Plan> planAgain(const Plan& plan);

    // Actions. While the write lock is closed the answer is Error::Refused and the operation has
    // failed already. When one is done the poller starts a round.
    Started<RelayReport> relay(const RelayRequest& request);
    Started<ClaimReport> claim(const ClaimRequest& request);
    Started<AckReport> acknowledge(
        const BrokerTopic& topic, const GroupName& group, std::vector<EntryId> ids);
    Started<AckReport> acknowledgeProcessed(const BrokerTopic& topic, const GroupName& group);
    StartedRun replay(const Plan& plan, const ReplayOptions& options, AtStep atStep = AtStep::GoOn);
    /// Goes on with a run that was stopped or cut off; events in doubt are repeated only when
    /// asked.
    StartedRun resume(const QString& runId, bool repeatInDoubt, AtStep atStep = AtStep::GoOn);

    // What the confirm dialogs show: SQL and broker commands, asked on a monitor lane.
    QFuture<Result<QStringList>> relayCommands(const RelayRequest& request);
    QFuture<Result<QStringList>> claimCommands(const ClaimRequest& request);
    QFuture<Result<QStringList>> acknowledgeCommands(
        const BrokerTopic& topic, const GroupName& group, std::vector<EntryId> ids);
    QFuture<Result<QStringList>> replayCommands(const Plan& plan);

    /// Oldest first, finished ones too until they are dismissed.
    const QList<Operation*>& operations() const;

    /// Forgets a finished operation and deletes it later; a running one stays.
    void dismiss(Operation* operation);

signals:
    void armedChanged();
    void operationStarted(outboard::Operation* operation);

private:
    StartedRun startRun(
        const QString& title,
        const QString& runId,
        AtStep atStep,
        std::function<Result<RunReport>(const ActionContext&, const action::RunSeams&)> work);

    template<class T>
    Started<T> act(const QString& title, ActionRunner::Work<T> work);

    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace outboard
