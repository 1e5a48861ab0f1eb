// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "services/replayer.h"
#include "support/fakebroker.h"
#include "support/fakehandler.h"
#include "support/fakeledger.h"

#include <map>
#include <memory>

namespace outboard {

/// A run log in memory that can fail, or pretend that the program died, at any of its calls.
class FakeRunLog final : public RunLog
{
public:
    Result<void> begin(const QString&, const Plan&, const ReplayOptions&) override;
    Result<void> intend(const QString&, std::span<const qsizetype> items) override;
    Result<void> record(const QString&, std::span<const Outcome> outcomes) override;
    Result<void> finish(const RunReport& report) override;

    /// As RunStore::load() gives them: what was begun; an intent without a record is InDoubt.
    QList<Outcome> outcomes() const;

    /// The `call`-th call from now (0: the next) answers this error and writes nothing.
    void failCall(qint64 call, Error error);

    /// Called before every call; what it throws ends the run as a crash would.
    void onCall(std::function<void()> hook) { m_onCall = std::move(hook); }

    const QStringList& calls() const { return m_calls; }

    const std::optional<RunReport>& finished() const { return m_finished; }

private:
    Result<void> enter(const QString& call);

    std::map<qsizetype, std::optional<Outcome>> m_items;
    std::map<qint64, Error> m_failing;
    std::function<void()> m_onCall;
    QStringList m_calls;
    std::optional<RunReport> m_finished;
};

/// Everything a replay needs, in memory: a stream with a group, a ledger, a handler, a run log and
/// a clock that only sleeping moves.
struct ReplayWorld
{
    explicit ReplayWorld(
        Handler::Guard guard = Handler::Guard::Ledger, bool isTransactional = true);

    /// An event of the outbox; nothing to claim or acknowledge.
    static PlanItem item(const QByteArray& id);
    /// A plan of events 1…n, verdict Run.
    static Plan plan(qint64 events);
    /// The same, as pending entries that a dead consumer has held for over the threshold.
    Plan pendingPlan(qint64 events);

    /// One attempt, with everything freshly connected.
    RunReport run(const Plan& plan, const QList<Outcome>& done = {});

    bool isPending(const PlanItem& item) const;
    qint64 pendingCount() const;
    /// How often the handler's work for an event was committed.
    qint64 timesApplied(const EventId& id) const;
    qint64 applied() const;

    static QString kinds(const RunReport& report); ///< "applied 3, skipped 1, …" without zeros.

    std::shared_ptr<FakeStreams> streams = std::make_shared<FakeStreams>();
    std::shared_ptr<FakeLedgerTable> ledger = std::make_shared<FakeLedgerTable>();
    FakeHandler handler;
    std::shared_ptr<FakeRunLog> log = std::make_shared<FakeRunLog>();
    ReplayOptions options; ///< Without a canary ladder, unless a test sets one.
    TimePoint now{std::chrono::seconds(1'800'000'000)};
    std::function<void(Milliseconds)> onSleep;
    Replayer::StepFn step;
    std::stop_source stop;
    bool withLedger = true;
};

} // namespace outboard
