// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "core/time.h"
#include "model/message.h"
#include "model/pending.h"
#include "model/plan.h"
#include "model/reconciliation.h"
#include "model/relayreport.h"
#include "model/trace.h"
#include "services/actionrunner.h"
#include "services/backends.h"
#include "services/deadcollector.h"
#include "services/deaddiscard.h"
#include "services/describedaction.h"
#include "services/journalexport.h"
#include "services/operation.h"
#include "services/pendingdetails.h"
#include "services/planner.h"
#include "services/poller.h"
#include "services/recording.h"
#include "services/relay.h"
#include "services/replayer.h"
#include "services/runcontrol.h"

#include <QFuture>
#include <QObject>

#include <memory>
#include <optional>
#include <vector>

namespace outboard {

class DeadStore;
class RunStore;

/// A run that has begun.
struct StartedRun : Started<RunReport>
{
    RunControl* control = nullptr; ///< Never null; goes with the operation.
};

/// One open profile: the poller, the reading lane for what panels ask, one lane of its own for each
/// action, the journal of the actions, and the write lock. All that panels know besides snapshots
/// and models. Lives on the GUI thread.
class Session final : public QObject
{
    Q_OBJECT

public:
    Session(
        BackendsPtr backends,
        std::shared_ptr<RunStore> runs,
        OpenedJournal journal,
        Clock clock,
        QObject* parent = nullptr);
    ~Session() override;

    const Profile& profile() const;
    Poller& poller();
    const Clock& clock() const;
    RunStore* runs() const;

    /// Where originals of discarded dead letters and notes are kept. Without one, as at first,
    /// nothing can be discarded.
    void setDeadStore(std::shared_ptr<DeadStore> store);
    bool keepsDead() const;

    // The write lock.
    bool isArmed() const;
    std::optional<TimePoint> armedUntil() const;
    /// Error::Refused unless `typedName` is the profile's name (asked for in production only). It
    /// closes again when that cannot be written to the journal.
    Result<void> arm(const QString& typedName);
    void disarm();

    /// Writes to the journal that this event's payload is about to be shown as it is. Show it only
    /// when that was written. Needs no open write lock.
    QFuture<Result<void>> unmask(const QString& event);

    // Reading, on monitor lanes.
    QFuture<Result<OutboxPage>> outboxPage(
        const OutboxFilter& filter, const std::optional<OutboxRowId>& after, qint64 limit);
    QFuture<Result<QList<OutboxRow>>> outboxRows(std::vector<OutboxRowId> ids);
    /// One page of a pending list with payloads and ledger states.
    QFuture<Result<PendingDetails>> pending(const PendingQuery& query);
    QFuture<Result<QList<Message>>> messages(const MessageRange& range);
    QFuture<Result<QList<Message>>> fetch(const BrokerTopic& topic, std::vector<EntryId> ids);
    /// All that is dead, with the notes of its groups.
    QFuture<Result<DeadLetters>> deadLetters(const DeadRequest& request);
    /// Those that can be restored, newest first.
    QFuture<Result<QList<DiscardedLetter>>> discardedLetters(qint64 limit);
    /// A remark of the operator's own, kept on this machine; an empty one removes it.
    QFuture<Result<void>> setDeadNote(const DeadGroupKey& group, const QString& note);
    /// Planning only reads; it may take long, so it is an operation that can be stopped.
    /// Plans are kept in the run store as they were made.
    Started<Plan> plan(const PlanRequest& request);
    Started<Plan> judgeAgain(const Plan& plan);
    /// A new plan of the same events for another handler.
    Started<Plan> planFor(const Plan& plan, const QString& handler);
    /// Judges a plan that was made of an older one (planOfOutcomes), and keeps it.
    Started<Plan> planAgain(const Plan& plan);

    /// Anything else that only reads and may take long, with monitoring connections of its own; an
    /// operation that can be stopped.
    template<class T>
    Started<T> look(const QString& title, ActionRunner::Work<T> work)
    {
        return runner().start<T>(title, Access::Monitor, std::move(work));
    }

    /// The timeline of one event. See Tracer.
    Started<Trace> trace(const TraceRequest& request);
    /// Compares outbox, broker and ledgers over a time. See Reconciler.
    Started<Reconciliation> reconcile(const ReconcileRequest& request);

    // The journal: what was done, with this profile and others on this machine.
    QFuture<Result<JournalPage>> journalPage(
        const JournalFilter& filter, std::optional<qint64> before, qint64 limit);
    QFuture<Result<JournalDetails>> journalDetails(qint64 number);
    /// From the beginning for an empty mark.
    QFuture<Result<JournalCheck>> checkJournal(const JournalMark& from);
    /// All or no file; how many entries were written.
    QFuture<Result<qint64>> exportJournal(
        const QString& path, JournalFormat format, const JournalFilter& filter);

    // Actions. While the write lock is closed, or when the journal cannot be written, the answer is
    // Error::Refused and nothing was done. When one is done the poller starts a round.
    Started<RelayReport> relay(const RelayRequest& request);
    Started<ClaimReport> claim(const ClaimRequest& request);
    Started<AckReport> acknowledge(
        const BrokerTopic& topic, const GroupName& group, std::vector<EntryId> ids);
    Started<AckReport> acknowledgeProcessed(const BrokerTopic& topic, const GroupName& group);
    StartedRun replay(const Plan& plan, const ReplayOptions& options, AtStep atStep = AtStep::GoOn);
    /// Goes on with a run that was stopped or cut off; events in doubt are repeated only when
    /// asked.
    StartedRun resume(const QString& runId, bool repeatInDoubt, AtStep atStep = AtStep::GoOn);

    /// The original is kept on this machine before anything is removed.
    Started<DiscardReport> discardDead(const QList<DeadLetter>& letters, const QString& reason);
    Started<RestoreReport> restoreDead(const QStringList& ids);

    // What the confirm dialogs show: SQL and broker commands, asked on a monitor lane.
    QFuture<Result<QStringList>> relayCommands(const RelayRequest& request);
    QFuture<Result<QStringList>> claimCommands(const ClaimRequest& request);
    QFuture<Result<QStringList>> acknowledgeCommands(
        const BrokerTopic& topic, const GroupName& group, std::vector<EntryId> ids);
    QFuture<Result<QStringList>> replayCommands(const Plan& plan);
    QFuture<Result<QStringList>> discardDeadCommands(const QList<DeadLetter>& letters);
    QFuture<Result<QStringList>> restoreDeadCommands(const QList<DeadLetter>& letters);

    /// Oldest first, finished ones too until they are dismissed.
    const QList<Operation*>& operations() const;

    /// Forgets a finished operation and deletes it later; a running one stays.
    void dismiss(Operation* operation);

signals:
    void armedChanged();
    /// The write lock closed because what it was opened for is no longer connected as it was.
    void lockedByChange(const QString& why);
    void operationStarted(outboard::Operation* operation);
    /// Something was done, but the journal does not say how it ended.
    void journalFailed(const outboard::Error& error);

private:
    ActionRunner& runner();

    StartedRun startRun(
        DescribedAction described,
        const QString& runId,
        AtStep atStep,
        std::function<Result<RunReport>(const ActionContext&, const action::RunSeams&)> work);

    /// The one way to change something: refuses while the write lock is closed, and writes to the
    /// journal before and after.
    template<class T>
    Started<T> act(DescribedAction described, ActionRunner::Work<T> work);
    void note(const JournalIntent& intent, const JournalResult& result);
    void noteLock(bool isOpen);
    void lockWhenConnectionsChange(const SnapshotPtr& snapshot);

    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace outboard
