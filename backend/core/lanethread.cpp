// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/lanethread.h"

#include "core/log.h"

#include <QThread>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <utility>

namespace outboard {

using namespace std::chrono_literals;

struct LaneThread::State
{
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<Job> queue;
    std::function<void()> last;
    std::stop_source stop;
    std::chrono::steady_clock::time_point closedAt;
    bool closed = false;
    bool done = false;

    void work()
    {
        std::unique_lock lock(mutex);
        while (true) {
            changed.wait(lock, [this] { return closed || !queue.empty(); });
            if (queue.empty())
                break;
            const Job job = std::move(queue.front());
            queue.pop_front();
            const bool cancelled = closed;
            lock.unlock();
            job(cancelled);
            lock.lock();
        }
        const auto finish = std::exchange(last, {});
        lock.unlock();
        if (finish)
            finish();
        lock.lock();
        done = true;
        changed.notify_all();
    }
};

LaneThread::LaneThread(const QString& name)
    : m_state(std::make_shared<State>())
{
    // The thread keeps the state alive by itself, so that it may outlive this object.
    m_thread = QThread::create([state = m_state] { state->work(); });
    m_thread->setObjectName(name);
    m_thread->start();
}

LaneThread::~LaneThread()
{
    close({});
    std::unique_lock lock(m_state->mutex);
    const auto deadline = m_state->closedAt + 3s;
    if (!m_state->changed.wait_until(lock, deadline, [this] { return m_state->done; })) {
        // Nobody can wait for it any more, so nobody deletes it either.
        qCWarning(logServices, "a lane did not stop within 3 s; it is left behind");
        return;
    }
    lock.unlock();
    m_thread->wait();
    delete m_thread;
}

void LaneThread::post(Job job)
{
    {
        const std::lock_guard lock(m_state->mutex);
        if (!m_state->closed) {
            m_state->queue.push_back(std::move(job));
            m_state->changed.notify_all();
            return;
        }
    }
    job(true);
}

void LaneThread::close(std::function<void()> last)
{
    const std::lock_guard lock(m_state->mutex);
    if (m_state->closed)
        return;
    m_state->closed = true;
    m_state->closedAt = std::chrono::steady_clock::now();
    m_state->last = std::move(last);
    m_state->stop.request_stop();
    m_state->changed.notify_all();
}

std::stop_token LaneThread::stopToken() const
{
    return m_state->stop.get_token();
}

} // namespace outboard
