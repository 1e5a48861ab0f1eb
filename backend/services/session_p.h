// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "services/actionrunner.h"
#include "services/connectionwatch.h"
#include "services/session.h"
#include "services/sessionjournal.h"
#include "services/sessionlanes.h"
#include "services/writelock.h"
#include "store/deadstore.h"
#include "store/runstore.h"

#include <stop_token>

namespace outboard {

struct Session::Private
{
    Private(
        BackendsPtr backends_,
        std::shared_ptr<RunStore> runs_,
        OpenedJournal journal_,
        Clock clock_)
        : backends(std::move(backends_))
        , runs(std::move(runs_))
        , clock(std::move(clock_))
        , lock(backends->profile(), clock, nullptr)
        , poller(backends, clock)
        , lanes(backends)
        , journal(std::move(journal_), clock)
        , runner(backends, clock, nullptr)
    {}

    BackendsPtr backends;
    std::shared_ptr<RunStore> runs;
    std::shared_ptr<DeadStore> deadStore;
    std::stop_source deadStop; ///< Ends the collecting of dead letters.
    Clock clock;
    WriteLock lock;
    ConnectionWatch connections;
    Poller poller;
    SessionLanes lanes;
    SessionJournal journal;
    ActionRunner runner;
};

} // namespace outboard
