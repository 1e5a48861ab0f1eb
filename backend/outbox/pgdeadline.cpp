// SPDX-License-Identifier: GPL-3.0-or-later
#include "outbox/pgdeadline.h"

#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <semaphore>
#include <thread>

namespace outboard {

/// The n-th begin belongs to the n-th end, so that counting semaphores are enough to keep step.
struct PgDeadline::Watch
{
    explicit Watch(int socket)
        : descriptor(dup(socket))
        , thread([this] { run(); })
    {}

    ~Watch()
    {
        isClosing = true;
        begin.release();
        thread.join();
        if (descriptor >= 0)
            close(descriptor);
    }
    Q_DISABLE_COPY_MOVE(Watch)

    void run()
    {
        for (;;) {
            begin.acquire();
            if (isClosing)
                return;
            if (!end.try_acquire_for(Milliseconds(limitMs.load()))) {
                cut();
                end.acquire();
            }
        }
    }

    void cut()
    {
        hasCut = true;
        shutdown(descriptor, SHUT_RDWR);
    }

    const int descriptor;
    std::atomic<qint64> limitMs = 0;
    std::atomic<bool> isClosing = false;
    std::atomic<bool> hasCut = false;
    std::counting_semaphore<> begin{0};
    std::counting_semaphore<> end{0};
    std::thread thread;
};

PgDeadline::PgDeadline(int socket)
    : m_watch(std::make_unique<Watch>(socket))
{}

PgDeadline::~PgDeadline() = default;

PgDeadline::Guard::Guard(PgDeadline& deadline, Milliseconds limit)
    : m_deadline(deadline)
{
    m_deadline.m_watch->limitMs = limit.count();
    m_deadline.m_watch->begin.release();
}

PgDeadline::Guard::~Guard()
{
    m_deadline.m_watch->end.release();
}

bool PgDeadline::hasCut() const
{
    return m_watch->hasCut;
}

void PgDeadline::cut()
{
    m_watch->cut();
}

} // namespace outboard
