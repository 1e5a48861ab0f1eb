// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/poller.h"

#include "services/doctor.h"
#include "services/pollerlanes.h"

#include <QElapsedTimer>
#include <QHash>
#include <QTimer>

#include <algorithm>

namespace outboard {

using namespace std::chrono_literals;

struct Poller::Private
{
    Private(BackendsPtr backends_, Clock clock_)
        : backends(std::move(backends_))
        , clock(std::move(clock_))
        , lanes(backends, clock)
        , mutes(backends->profile().name, clock)
    {}

    void carryOverSince(QList<Finding>& findings, TimePoint startedAt);

    BackendsPtr backends;
    Clock clock;
    PollerLanes lanes;
    FindingMutes mutes;
    History history;
    SnapshotPtr latest;
    QHash<QString, TimePoint> since; ///< Per finding id, as long as each round sees it.
    QTimer timer;
    QElapsedTimer sinceStart; ///< Not valid before the first round.
    std::optional<Milliseconds> interval;
    quint64 round = 0;
    TimePoint startedAt;
    int pauses = 0;
    bool isRunning = false;
    bool isDue = false;    ///< A round waits for the running one, or for resume().
    bool isForced = false; ///< It asks also those that back off.
};

void Poller::Private::carryOverSince(QList<Finding>& findings, TimePoint roundStartedAt)
{
    QHash<QString, TimePoint> still;
    for (Finding& finding : findings) {
        const auto known = since.constFind(finding.id);
        finding.since = known != since.constEnd() ? *known : finding.since.value_or(roundStartedAt);
        still.insert(finding.id, *finding.since);
    }
    since = std::move(still);
}

Poller::Poller(BackendsPtr backends, Clock clock, QObject* parent)
    : QObject(parent)
    , d(std::make_unique<Private>(std::move(backends), std::move(clock)))
{
    d->timer.setSingleShot(true);
    d->timer.setTimerType(Qt::PreciseTimer);
    connect(&d->mutes, &FindingMutes::changed, this, &Poller::pollNow);
    connect(&d->timer, &QTimer::timeout, this, [this] { startWhenPossible(false); });
}

Poller::~Poller() = default;

SnapshotPtr Poller::latest() const
{
    return d->latest;
}

const History& Poller::history() const
{
    return d->history;
}

FindingMutes& Poller::mutes()
{
    return d->mutes;
}

std::optional<Milliseconds> Poller::interval() const
{
    return d->interval;
}

void Poller::setInterval(std::optional<Milliseconds> interval)
{
    if (d->interval == interval)
        return;
    d->interval = interval;
    armTimer();
    emit intervalChanged();
}

void Poller::pause()
{
    ++d->pauses;
}

void Poller::resume()
{
    Q_ASSERT(d->pauses > 0);
    --d->pauses;
    if (d->isDue)
        startWhenPossible(false);
}

bool Poller::isPaused() const
{
    return d->pauses > 0;
}

void Poller::closeLanes()
{
    d->lanes.close();
}

void Poller::pollNow()
{
    startWhenPossible(true);
}

void Poller::startWhenPossible(bool forced)
{
    d->isDue = true;
    d->isForced = d->isForced || forced;
    if (!d->isRunning && d->pauses == 0)
        startRound();
}

void Poller::startRound()
{
    const bool forced = d->isForced;
    d->isDue = false;
    d->isForced = false;
    d->isRunning = true;
    d->sinceStart.start();
    d->startedAt = d->clock();
    ++d->round;
    d->lanes.ask(d->startedAt, forced, this, [this] { finishRound(); });
}

void Poller::finishRound()
{
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->round = d->round;
    snapshot->startedAt = d->startedAt;
    snapshot->finishedAt = d->clock();
    snapshot->outbox = d->lanes.outbox();
    snapshot->broker = d->lanes.broker();
    snapshot->sources = d->lanes.health();
    snapshot->health = d->lanes.serverHealth();
    d->history.add(*snapshot);
    snapshot->findings = examine(*snapshot, d->history, d->backends->profile());
    d->carryOverSince(snapshot->findings, d->startedAt);
    snapshot->findings = d->mutes.applied(std::move(snapshot->findings));
    d->latest = snapshot;
    d->isRunning = false;
    if (d->isDue)
        QTimer::singleShot(0, this, [this] {
            if (d->isDue)
                startWhenPossible(false);
        });
    else
        armTimer();
    emit polled(d->latest);
}

void Poller::armTimer()
{
    d->timer.stop();
    if (!d->interval || d->isRunning)
        return; // A running round arms it when it is finished.
    const qint64 passed = d->sinceStart.isValid() ? d->sinceStart.elapsed() : d->interval->count();
    d->timer.start(Milliseconds(std::max<qint64>(d->interval->count() - passed, 0)));
}

} // namespace outboard
