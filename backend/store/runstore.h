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
    Plan plan;
    ReplayOptions options;
    QList<Outcome> outcomes; ///< Only events that were begun; an unrecorded intent is InDoubt.
    bool isFinished =
        false; ///< Nothing is left: no error, nothing not run, in doubt or unconfirmed.
};

/// Runs in the local SQLite database. Each thread opens a connection of its own; any thread may
/// call.
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
