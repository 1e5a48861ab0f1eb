// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/serverprocess.h"

#include "core/log.h"

#include <QDeadlineTimer>
#include <QFile>
#include <QProcessEnvironment>

#include <algorithm>
#include <csignal>

namespace outboard {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr int startDeadlineMs = 5'000;
constexpr int stopDeadlineMs = 3'000;
constexpr int pollMs = 5;
constexpr qint64 logTailBytes = 2'000;

/// Without what would steer the servers elsewhere (PGDATA, PGOPTIONS ..).
QProcessEnvironment cleanEnvironment()
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    const QStringList names = environment.keys();
    for (const QString& name : names) {
        if (name.startsWith("PG"_L1) || name.startsWith("LC_"_L1))
            environment.remove(name);
    }
    environment.insert(u"LC_ALL"_s, u"C"_s);
    environment.insert(u"TZ"_s, u"UTC"_s);
    return environment;
}

QString tailOf(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    file.seek(std::max<qint64>(0, file.size() - logTailBytes));
    return QString::fromUtf8(file.readAll()).trimmed();
}

} // namespace

ServerProcess::ServerProcess(ServerCommand command, QObject* parent)
    : QObject(parent)
    , m_command(std::move(command))
{
    m_process.setProgram(m_command.program);
    m_process.setArguments(m_command.arguments);
    m_process.setWorkingDirectory(m_command.directory);
    m_process.setProcessEnvironment(cleanEnvironment());
    m_process.setProcessChannelMode(QProcess::MergedChannels);
    m_process.setStandardInputFile(QProcess::nullDevice());
    m_process.setStandardOutputFile(m_command.logFile);
    m_process.setChildProcessModifier(childSetup(m_command.user, m_command.stopSignal));
    connect(&m_process, &QProcess::finished, this, [this] {
        if (m_isWatched) {
            emit died(failure(
                Error::Kind::Unreachable,
                tr("%1 of the sandbox has ended. Start the sandbox again.").arg(m_command.title)));
        }
    });
}

ServerProcess::~ServerProcess()
{
    stop();
}

bool ServerProcess::isRunning() const
{
    return m_process.state() == QProcess::Running;
}

qint64 ServerProcess::processId() const
{
    return m_process.processId();
}

Result<void> ServerProcess::start()
{
    m_process.start();
    if (!m_process.waitForStarted(startDeadlineMs)) {
        return failure(
            Error::Kind::Missing,
            tr("%1 could not be started. Check that it is installed and may be run by this user.")
                .arg(m_command.program));
    }
    return {};
}

Result<void> ServerProcess::waitUntil(const std::function<bool()>& isReady, Milliseconds deadline)
{
    const QDeadlineTimer timer(deadline);
    while (!isReady()) {
        if (m_process.waitForFinished(pollMs) || !isRunning()) {
            return failure(
                Error::Kind::Unreachable,
                tr("%1 of the sandbox did not start. Its output says why.").arg(m_command.title));
        }
        if (timer.hasExpired()) {
            return failure(
                Error::Kind::Timeout,
                tr("%1 of the sandbox did not get ready in time. Try again on a less busy machine.")
                    .arg(m_command.title));
        }
    }
    m_isWatched = true;
    return {};
}

Result<void> ServerProcess::waitUntilDone(Milliseconds deadline)
{
    const bool isDone = !isRunning() || m_process.waitForFinished(int(deadline.count()));
    if (isDone && m_process.exitStatus() == QProcess::NormalExit && m_process.exitCode() == 0)
        return {};
    return failure(
        isDone ? Error::Kind::Refused : Error::Kind::Timeout,
        tr("%1 of the sandbox could not be set up. Its output says why.").arg(m_command.title));
}

void ServerProcess::stop()
{
    m_isWatched = false;
    if (!isRunning())
        return;
    ::kill(pid_t(m_process.processId()), m_command.stopSignal);
    if (m_process.waitForFinished(stopDeadlineMs))
        return;
    qCWarning(logSandbox) << m_command.title << "did not stop; it is killed";
    m_process.kill();
    m_process.waitForFinished(stopDeadlineMs);
}

Error ServerProcess::failure(Error::Kind kind, const QString& sentence) const
{
    const QString output = tailOf(m_command.logFile);
    return {kind, sentence, output.isEmpty() ? m_process.errorString() : output};
}

} // namespace outboard
