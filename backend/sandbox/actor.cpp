// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/actor.h"

#include "core/log.h"

#include <algorithm>
#include <thread>
#include <utility>

namespace outboard {

using namespace std::chrono_literals;

namespace {

constexpr Milliseconds slice = 25ms;
constexpr Milliseconds reopenAfter = 500ms;

Result<void> workUntilAnError(Actor& actor, const std::stop_token& stop)
{
    if (auto opened = actor.open(stop); !opened)
        return opened;
    while (!stop.stop_requested()) {
        if (auto stepped = actor.step(stop); !stepped)
            return stepped;
    }
    return {};
}

void work(Actor& actor, const QString& name, const std::stop_token& stop)
{
    Error last;
    while (!stop.stop_requested()) {
        const auto result = workUntilAnError(actor, stop);
        actor.close();
        if (result || stop.stop_requested())
            continue;
        // Said once: a server that is away gives the same answer twice a second.
        if (result.error() != last) {
            last = result.error();
            qCWarning(logSandbox) << name << "starts again:" << kindName(last.kind) << last.detail;
        }
        pauseFor(reopenAfter, stop);
    }
}

} // namespace

bool pauseFor(Milliseconds duration, const std::stop_token& stop)
{
    const auto end = std::chrono::steady_clock::now() + duration;
    while (!stop.stop_requested()) {
        const auto left = end - std::chrono::steady_clock::now();
        if (left <= 0s)
            return true;
        std::this_thread::sleep_for(std::min<std::chrono::nanoseconds>(left, slice));
    }
    return false;
}

ActorThread::ActorThread(const QString& name, std::unique_ptr<Actor> actor)
    : m_thread(name)
{
    // Shared, because a job must be copyable; the thread alone uses it.
    std::shared_ptr<Actor> shared = std::move(actor);
    m_thread.post([shared = std::move(shared), name, stop = m_thread.stopToken()](bool cancelled) {
        if (!cancelled)
            work(*shared, name, stop);
    });
}

void ActorThread::requestStop()
{
    m_thread.close({});
}

} // namespace outboard
