// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "services/replayer.h"

#include <QList>
#include <QString>

#include <memory>

namespace outboard {

/// A run as the history lists it.
struct RunSummary
{
    QString runId;
    QString profile;
    QString handler;
    GroupName group;
    TimePoint startedAt;
    std::optional<TimePoint> finishedAt; ///< Absent: still running, or something is left to resume.
    RunReport report;                    ///< Without outcomes.

    friend bool operator==(const RunSummary&, const RunSummary&) = default;
};

/// What is needed to go on with a run.
struct StoredRun
{
    QString runId;
    TimePoint startedAt;
    Plan plan;
    ReplayOptions options;
    QList<Outcome> outcomes; ///< Only events that were begun; an unrecorded intent is InDoubt.
    bool isFinished =
        false;             ///< Nothing is left: no error, nothing not run, in doubt or unconfirmed.
    RunReport report = {}; ///< With one outcome per plan item: what is not begun is NotRun.
};

/// A plan as the history lists it.
struct PlanSummary
{
    QString planId;
    QString profile;
    QString handler;
    GroupName group;
    QString source;
    TimePoint madeAt;
    qint64 events = 0;
    qint64 willRun = 0;
    qint64 runs = 0; ///< How often it was run.

    friend bool operator==(const PlanSummary&, const PlanSummary&) = default;
};

/// Plans and runs in the local SQLite database. Each thread opens a connection of its own; any
/// thread may call.
class RunStore final : public RunLog
{
public:
    /// Opens or creates the database (mode 0600); Error::Refused with what to do when that is
    /// impossible.
    static Result<std::shared_ptr<RunStore>> open(const QString& path);
    ~RunStore() override;
    Q_DISABLE_COPY_MOVE(RunStore)

    Result<void> begin(
        const QString& runId, const Plan& plan, const ReplayOptions& options) override;
    Result<void> intend(const QString& runId, std::span<const qsizetype> items) override;
    Result<void> record(const QString& runId, std::span<const Outcome> outcomes) override;
    Result<void> finish(const RunReport& report) override;

    /// Keeps a plan as it was made: a plan that is there already stays as it is, whatever its
    /// verdicts are now. Of each profile the newest 200 are kept.
    Result<void> keep(const Plan& plan);
    /// Newest first, at most `limit`.
    Result<QList<PlanSummary>> listPlans(const QString& profile, qint64 limit) const;
    /// As it was made. Error::Missing for an unknown plan.
    Result<Plan> loadPlan(const QString& planId) const;

    /// Newest first, at most `limit`.
    Result<QList<RunSummary>> list(const QString& profile, qint64 limit) const;
    /// Error::Missing for an unknown run.
    Result<StoredRun> load(const QString& runId) const;

private:
    struct Private;
    explicit RunStore(std::unique_ptr<Private> d);
    std::unique_ptr<Private> d;
};

} // namespace outboard
