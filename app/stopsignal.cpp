// SPDX-License-Identifier: GPL-3.0-or-later
#include "stopsignal.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

namespace outboard {

namespace {

constexpr char interrupted = 'i';
constexpr char finished = 'f';

// A signal handler may only touch what is lock-free: it wakes the listener through this pipe.
std::array<int, 2> wakePipe{-1, -1};

void wake(int)
{
    const int before = errno;
    [[maybe_unused]] const auto written = ::write(wakePipe[1], &interrupted, 1);
    errno = before;
}

void handle(int signal, void (*handler)(int), int flags)
{
    struct sigaction action = {};
    action.sa_handler = handler;
    action.sa_flags = flags;
    ::sigaction(signal, &action, nullptr);
}

} // namespace

StopSignal::StopSignal()
{
    if (::pipe(wakePipe.data()) != 0)
        return;
    m_listener = std::thread([source = m_source]() mutable {
        char what = 0;
        while (::read(wakePipe[0], &what, 1) < 0 && errno == EINTR) {}
        if (what == interrupted)
            source.request_stop();
    });
    // Reset by the first signal, so that the second one kills. No SA_RESTART: a question at the
    // terminal ends.
    handle(SIGINT, wake, SA_RESETHAND);
    handle(SIGTERM, wake, SA_RESETHAND);
}

StopSignal::~StopSignal()
{
    if (!m_listener.joinable())
        return;
    handle(SIGINT, SIG_DFL, 0);
    handle(SIGTERM, SIG_DFL, 0);
    [[maybe_unused]] const auto written = ::write(wakePipe[1], &finished, 1);
    m_listener.join();
    ::close(wakePipe[0]);
    ::close(wakePipe[1]);
}

} // namespace outboard
