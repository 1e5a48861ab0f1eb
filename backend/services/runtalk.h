// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "services/pausegate.h"
#include "services/replayer.h"

#include <QFuture>
#include <QList>
#include <QPromise>

#include <atomic>
#include <memory>
#include <span>
#include <stop_token>

namespace outboard {

/// What a run tells its operator while it runs.
struct RunNews
{
    QList<Outcome> outcomes; ///< Settled, or settled otherwise, since the news before.
    bool isAtStep = false;   ///< The run waits for goOn() or stop.
};

/// What a run and its operator say to each other. The run's thread speaks through tell(), ask() and
/// end(), the operator's through goOn() and the gate; nothing but finished values crosses.
class RunTalk
{
public:
    RunTalk() { m_news.start(); }

    /// Any number of news, in order; finished when the run is.
    QFuture<RunNews> news() const { return m_news.future(); }

    // The operator.
    void goOn() { m_mayGoOn = true; }

    const std::shared_ptr<PauseGate>& gate() const { return m_gate; }

    // The run.
    void tell(std::span<const Outcome> outcomes);
    /// Waits for the operator's answer at the end of a step. False: the run is to stop.
    bool ask(const std::stop_token& stop);

    void end() { m_news.finish(); }

private:
    QPromise<RunNews> m_news;
    std::atomic<bool> m_mayGoOn = false;
    std::shared_ptr<PauseGate> m_gate = std::make_shared<PauseGate>();
};

/// A run log that also tells the operator what it writes down.
class ToldRunLog final : public RunLog
{
public:
    /// `inner` may be null: then nothing is written.
    ToldRunLog(RunLog* inner, std::shared_ptr<RunTalk> talk)
        : m_inner(inner)
        , m_talk(std::move(talk))
    {}

    Result<void> begin(
        const QString& runId, const Plan& plan, const ReplayOptions& options) override;
    Result<void> intend(const QString& runId, std::span<const qsizetype> items) override;
    Result<void> record(const QString& runId, std::span<const Outcome> outcomes) override;
    Result<void> finish(const RunReport& report) override;

private:
    RunLog* m_inner;
    std::shared_ptr<RunTalk> m_talk;
};

} // namespace outboard
