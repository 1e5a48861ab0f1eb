// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/lanethread.h"
#include "core/result.h"
#include "core/time.h"

#include <QString>

#include <memory>
#include <stop_token>

namespace outboard {

/// One working part of the sandbox's shop. Everything is called on the actor's own thread.
class Actor
{
public:
    virtual ~Actor() = default;

    /// Opens its connections; again after an error.
    virtual Result<void> open(const std::stop_token& stop) = 0;

    /// One short piece of work, pauses included. After an error the actor is closed and opened
    /// again.
    virtual Result<void> step(const std::stop_token& stop) = 0;

    virtual void close() = 0;
};

/// Waits in slices; false when asked to stop.
bool pauseFor(Milliseconds duration, const std::stop_token& stop);

/// Runs an actor until it goes away. A server that is away is asked again every half second.
class ActorThread
{
public:
    ActorThread(const QString& name, std::unique_ptr<Actor> actor);

    /// Asks it to stop, without waiting: the destructor waits.
    void requestStop();

private:
    LaneThread m_thread;
};

} // namespace outboard
