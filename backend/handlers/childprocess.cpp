// SPDX-License-Identifier: GPL-3.0-or-later
#include "handlers/childprocess.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QFile>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <optional>
#include <vector>

namespace outboard {

namespace {

using Moment = std::chrono::steady_clock::time_point;

constexpr qsizetype outputKept = 2 * 1024;
constexpr Milliseconds slice{20};
constexpr Milliseconds timeToTerminate{2'000};
constexpr Milliseconds timeToDie{3'000};

class Descriptor
{
public:
    explicit Descriptor(int number = -1)
        : m_number(number)
    {}

    ~Descriptor() { close(); }
    Q_DISABLE_COPY_MOVE(Descriptor)

    int number() const { return m_number; }

    bool isOpen() const { return m_number >= 0; }

    void set(int number) { m_number = number; }

    void close()
    {
        if (isOpen())
            ::close(m_number);
        m_number = -1;
    }

private:
    int m_number;
};

struct Pipe
{
    Descriptor read;
    Descriptor write;

    bool open()
    {
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0)
            return false;
        read.set(ends[0]);
        write.set(ends[1]);
        return true;
    }
};

void setNonBlocking(const Descriptor& descriptor)
{
    ::fcntl(descriptor.number(), F_SETFL, O_NONBLOCK);
}

/// A program that does not read its input must not end Outboard by SIGPIPE.
class PipeSignalBlock
{
public:
    PipeSignalBlock()
    {
        sigemptyset(&m_pipe);
        sigaddset(&m_pipe, SIGPIPE);
        ::pthread_sigmask(SIG_BLOCK, &m_pipe, &m_before);
    }

    ~PipeSignalBlock()
    {
        const timespec now{};
        while (::sigtimedwait(&m_pipe, nullptr, &now) < 0 && errno == EINTR) {}
        ::pthread_sigmask(SIG_SETMASK, &m_before, nullptr);
    }
    Q_DISABLE_COPY_MOVE(PipeSignalBlock)

private:
    sigset_t m_pipe{};
    sigset_t m_before{};
};

class Child
{
public:
    explicit Child(const QByteArray& input)
        : m_input(input)
    {}

    /// 0, or the system's error.
    int start(const QStringList& command);
    ChildEnd waitFor(Milliseconds timeout, const std::function<bool()>& goesOn);

private:
    int spawn(const QStringList& command);
    /// Moves what can be moved within one slice.
    void exchange();
    void write();
    static void read(Descriptor& from, QByteArray& tail);
    bool hasEnded() const;
    void endGroup();
    bool waitUntilEnded(Milliseconds atMost);
    ChildEnd reap(ChildEnd::Kind kind);

    QByteArray m_input;
    qsizetype m_written = 0;
    Pipe m_in;
    Pipe m_out;
    Pipe m_err;
    pid_t m_id = -1;
    QByteArray m_output;
    QByteArray m_errorOutput;
    Milliseconds m_idle{1};
};

int Child::start(const QStringList& command)
{
    if (!m_in.open() || !m_out.open() || !m_err.open())
        return errno;
    if (const int error = spawn(command); error != 0)
        return error;
    m_in.read.close();
    m_out.write.close();
    m_err.write.close();
    setNonBlocking(m_in.write);
    setNonBlocking(m_out.read);
    setNonBlocking(m_err.read);
    return 0;
}

int Child::spawn(const QStringList& command)
{
    std::vector<QByteArray> words;
    for (const QString& word : command)
        words.push_back(QFile::encodeName(word));
    std::vector<char*> arguments;
    for (QByteArray& word : words)
        arguments.push_back(word.data());
    arguments.push_back(nullptr);

    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, m_in.read.number(), STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, m_out.write.number(), STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, m_err.write.number(), STDERR_FILENO);
    // Connections to servers are none of its business.
    ::posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);

    posix_spawnattr_t attributes;
    ::posix_spawnattr_init(&attributes);
    sigset_t none;
    sigemptyset(&none);
    sigset_t usual;
    sigemptyset(&usual);
    for (const int number : {SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGCHLD})
        sigaddset(&usual, number);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setsigdefault(&attributes, &usual);
    ::posix_spawnattr_setpgroup(&attributes, 0);
    ::posix_spawnattr_setflags(
        &attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    const int error =
        ::posix_spawnp(&m_id, arguments[0], &actions, &attributes, arguments.data(), environ);
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&actions);
    return error;
}

ChildEnd Child::waitFor(Milliseconds timeout, const std::function<bool()>& goesOn)
{
    const Moment deadline = std::chrono::steady_clock::now() + timeout;
    while (true) {
        exchange();
        if (hasEnded())
            return reap(ChildEnd::Kind::Exited);
        if (std::chrono::steady_clock::now() >= deadline) {
            endGroup();
            return reap(ChildEnd::Kind::TimedOut);
        }
        if (!goesOn()) {
            endGroup();
            return reap(ChildEnd::Kind::CutOff);
        }
    }
}

void Child::exchange()
{
    if (m_written == m_input.size())
        m_in.write.close();
    std::vector<pollfd> polled;
    if (m_in.write.isOpen())
        polled.push_back({m_in.write.number(), POLLOUT, 0});
    for (const Descriptor* from : {&m_out.read, &m_err.read}) {
        if (from->isOpen())
            polled.push_back({from->number(), POLLIN, 0});
    }
    // A program that closed all three is about to end: the wait begins short.
    m_idle = polled.empty() ? std::min(2 * m_idle, slice) : Milliseconds(1);
    const Milliseconds wait = polled.empty() ? m_idle : slice;
    ::poll(polled.data(), polled.size(), int(wait.count()));
    write();
    read(m_out.read, m_output);
    read(m_err.read, m_errorOutput);
}

void Child::write()
{
    if (!m_in.write.isOpen() || m_written == m_input.size())
        return;
    const ssize_t written = ::write(
        m_in.write.number(),
        m_input.constData() + m_written,
        std::size_t(m_input.size() - m_written));
    if (written > 0)
        m_written += written;
    else if (written < 0 && errno != EAGAIN && errno != EINTR)
        m_in.write.close(); // It does not want to know more.
}

void Child::read(Descriptor& from, QByteArray& tail)
{
    std::array<char, 65'536> buffer{};
    if (!from.isOpen())
        return;
    const ssize_t size = ::read(from.number(), buffer.data(), buffer.size());
    if (size == 0 || (size < 0 && errno != EAGAIN && errno != EINTR))
        return from.close();
    if (size < 0)
        return;
    const qsizetype kept = std::min(qsizetype(size), outputKept);
    tail.append(buffer.data() + size - kept, kept);
    if (tail.size() > outputKept)
        tail.remove(0, tail.size() - outputKept);
}

/// Leaves it to be reaped, so that its number, which is its group's, stays taken.
bool Child::hasEnded() const
{
    siginfo_t info{};
    const int asked = ::waitid(P_PID, id_t(m_id), &info, WEXITED | WNOHANG | WNOWAIT);
    return asked != 0 ? errno == ECHILD : info.si_pid == m_id;
}

void Child::endGroup()
{
    ::kill(-m_id, SIGTERM);
    // One that is held still cannot terminate.
    ::kill(-m_id, SIGCONT);
    waitUntilEnded(timeToTerminate);
    ::kill(-m_id, SIGKILL);
    waitUntilEnded(timeToDie);
}

bool Child::waitUntilEnded(Milliseconds atMost)
{
    const Moment deadline = std::chrono::steady_clock::now() + atMost;
    while (!hasEnded()) {
        if (std::chrono::steady_clock::now() >= deadline)
            return false;
        exchange();
    }
    return true;
}

ChildEnd Child::reap(ChildEnd::Kind kind)
{
    // What it wrote last may still be in the pipes.
    for (int i = 0; i < 4; ++i) {
        read(m_out.read, m_output);
        read(m_err.read, m_errorOutput);
    }
    int status = 0;
    const bool isKnown = ::waitpid(m_id, &status, WNOHANG) == m_id;
    ChildEnd end{kind, 0, {}, m_output, m_errorOutput};
    if (kind != ChildEnd::Kind::Exited)
        return end;
    if (isKnown && WIFEXITED(status)) {
        end.code = WEXITSTATUS(status);
        return end;
    }
    end.kind = ChildEnd::Kind::Crashed;
    end.code = isKnown ? WTERMSIG(status) : 0;
    const char* name = ::sigabbrev_np(end.code);
    end.text = name ? QStringLiteral("SIG") + QString::fromLatin1(name) : QStringLiteral("?");
    return end;
}

} // namespace

ChildEnd runChild(
    const QStringList& command,
    const QByteArray& input,
    Milliseconds timeout,
    const std::function<bool()>& goesOn)
{
    Q_ASSERT(!command.isEmpty());
    const PipeSignalBlock block;
    Child child(input);
    if (const int error = child.start(command); error != 0)
        return {
            ChildEnd::Kind::NotStarted, error, QString::fromLocal8Bit(::strerror(error)), {}, {}};
    return child.waitFor(timeout, goesOn);
}

} // namespace outboard
