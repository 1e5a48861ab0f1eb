// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "sandbox/sandboxoptions.h"
#include "sandbox/trafficswitches.h"
#include "settings/profile.h"

#include <functional>
#include <memory>
#include <vector>

namespace outboard {

class ActorThread;

/// The sandbox's shop at work: an order service, a relay and the consumers of two services, each on
/// a thread and connections of its own.
class Traffic
{
public:
    /// `profile` is the sandbox's; nothing moves before start(). `restartRedis` is called on a
    /// thread of the traffic and returns at once: Redis ends without a word and begins empty.
    Traffic(
        const Profile& profile, const SandboxOptions& options, std::function<void()> restartRedis);

    /// Stops.
    ~Traffic();
    Q_DISABLE_COPY_MOVE(Traffic)

    bool isRunning() const { return !m_actors.empty(); }

    /// What incidents turn; survives stop() and start().
    TrafficSwitches& switches() { return *m_switches; }

    void start();

    /// Returns when all actors have let go of the servers, in general within a quarter of a second.
    void stop();

private:
    void addConsumers(int howMany, bool isBilling);

    Profile m_profile;
    SandboxOptions m_options;
    std::function<void()> m_restartRedis;
    TrafficSwitchesPtr m_switches;
    std::vector<std::unique_ptr<ActorThread>> m_actors;
};

} // namespace outboard
