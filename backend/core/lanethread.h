// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <functional>
#include <memory>
#include <stop_token>

class QThread;

namespace outboard {

/// One thread that works off a queue of jobs, first in first out.
/// The only class of Outboard that owns a mutex.
class LaneThread
{
public:
    /// `cancelled` is true when the lane closed before the job's turn came; it must then only
    /// report that.
    using Job = std::function<void(bool cancelled)>;

    explicit LaneThread(const QString& name);

    /// Closes, then waits until at most 3 s after close(); a thread that still blocks in a foreign
    /// library is left behind (it owns everything that it uses) rather than freezing the window.
    ~LaneThread();
    Q_DISABLE_COPY_MOVE(LaneThread)

    /// Any thread. After close() the job runs at once, cancelled, on the calling thread.
    void post(Job job);

    /// Asks the running job to stop, cancels the queued ones and runs `last` on the thread.
    void close(std::function<void()> last);

    /// Set when the lane closes; blocking sources look at it while they wait.
    std::stop_token stopToken() const;

private:
    struct State;
    std::shared_ptr<State> m_state;
    QThread* m_thread = nullptr;
};

} // namespace outboard
