// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/serveruser.h"

#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <QCoreApplication>

#include <csignal>

namespace outboard {

namespace {

constexpr int setupFailed = 127;

// Runs in the forked child: system calls only, nothing that allocates or locks.
bool dropTo(const ServerUser& user)
{
    return setgroups(1, &user.gid) == 0 && setgid(user.gid) == 0 && setuid(user.uid) == 0;
}

void resetSignals()
{
    // A shell's "&" ignores SIGINT and SIGQUIT, and children inherit that.
    for (int number = 1; number < NSIG; ++number)
        std::signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
}

} // namespace

Result<std::optional<ServerUser>> serverUser()
{
    if (geteuid() != 0)
        return std::optional<ServerUser>();
    // NOLINTNEXTLINE(concurrency-mt-unsafe): main thread, before any traffic runs
    const passwd* entry = getpwnam("postgres");
    if (entry == nullptr) {
        return Error{
            Error::Kind::Missing,
            QCoreApplication::translate(
                "outboard",
                "The sandbox cannot run as root without the system user \"postgres\". Install the "
                "Debian package postgresql, or run Outboard as a normal user."),
            {}};
    }
    return std::optional(ServerUser{entry->pw_uid, entry->pw_gid});
}

std::function<void()> childSetup(const std::optional<ServerUser>& user, int deathSignal)
{
    return [user, deathSignal, parent = getpid()] {
        resetSignals();
        // Ctrl+C in the terminal must reach Outboard only, which then stops the servers in order.
        setsid();
        if (user && !dropTo(*user))
            _exit(setupFailed);
        // After setuid, which clears it.
        if (prctl(PR_SET_PDEATHSIG, deathSignal) != 0)
            _exit(setupFailed);
        // The parent may have died before prctl; nobody would ever tell us.
        if (getppid() != parent)
            _exit(setupFailed);
    };
}

} // namespace outboard
