// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "services/replayitem.h"

#include <functional>
#include <optional>

namespace outboard {

class Broker;
class Handler;
class Ledger;

/// What one worker applies events with.
struct ReplayTools
{
    Handler& handler;
    Ledger* ledger; ///< May be null only for Guard::Consumers.
    Broker& broker;
};

/// A chunk that a worker is done with.
struct AppliedChunk
{
    ReplayChunk chunk;
    Result<void> done; ///< An error means that the run cannot go on.
};

/// Apply the chunks of a run, several at the same time. Used by the run on its thread.
class ReplayWorkers
{
public:
    /// Settles all items of the chunk. Runs on the worker's thread.
    using Work = std::function<Result<void>(ReplayChunk& chunk, const ReplayTools& tools)>;

    virtual ~ReplayWorkers() = default;

    /// How many chunks can be out at the same time, at least 1.
    virtual qsizetype count() const = 0;

    /// Hands over a chunk; only while fewer than count() are out.
    virtual void start(ReplayChunk chunk, const Work& work) = 0;

    /// Whether finish() would not wait.
    virtual bool hasFinished() const = 0;

    /// Waits for the next chunk that is done, of those that are out. Items of a worker that could
    /// not connect are settled as NotRun.
    virtual AppliedChunk finish() = 0;
};

/// The run's own thread, one chunk after another.
class InlineWorker final : public ReplayWorkers
{
public:
    explicit InlineWorker(const ReplayTools& tools)
        : m_tools(tools)
    {}

    qsizetype count() const override { return 1; }

    void start(ReplayChunk chunk, const Work& work) override;
    bool hasFinished() const override;
    AppliedChunk finish() override;

private:
    ReplayTools m_tools;
    std::optional<AppliedChunk> m_applied;
};

} // namespace outboard
