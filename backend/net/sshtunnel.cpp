// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/sshtunnel.h"

#include "core/log.h"
#include "net/ssherrors.h"

#include <sys/prctl.h>
#include <unistd.h>

#include <QCoreApplication>
#include <QDeadlineTimer>
#include <QHostAddress>
#include <QProcessEnvironment>
#include <QRandomGenerator>
#include <QRegularExpression>
#include <QTcpSocket>

#include <csignal>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

constexpr int openDeadlineMs = 15'000;
constexpr int startDeadlineMs = 5'000;
constexpr int stopDeadlineMs = 2'000;
constexpr int sliceMs = 30;
constexpr int probeMs = 200;
constexpr int attempts = 3;
constexpr qsizetype outputKept = 4 * 1024;
constexpr quint16 firstFreePort = 1024;
constexpr quint16 privilegedShift = 20'000;

/// All of 127.0.0.0/8 is this machine: a random address leaves every port free.
NetPlace nearEnd(quint16 serverPort)
{
    auto* random = QRandomGenerator::global();
    const QString host = u"127.%1.%2.%3"_s.arg(random->bounded(1, 255))
                             .arg(random->bounded(1, 255))
                             .arg(random->bounded(1, 255));
    const bool isPrivileged = serverPort < firstFreePort;
    return {host, isPrivileged ? quint16(serverPort + privilegedShift) : serverPort};
}

/// An address in brackets where its colons would be taken for separators.
QString bracketed(const QString& host)
{
    return host.contains(u':') ? u'[' + host + u']' : host;
}

QProcessEnvironment englishEnvironment()
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(u"LC_ALL"_s, u"C"_s);
    return environment;
}

/// Runs between fork and exec: only async-signal-safe calls. A session of its own keeps Ctrl+C on
/// the terminal, which asks Outboard to stop in order, from cutting the tunnel first.
void leaveTerminal(pid_t parent)
{
    setsid();
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent)
        _exit(126);
}

bool accepts(const NetPlace& place)
{
    QTcpSocket probe;
    probe.connectToHost(QHostAddress(place.host), place.port);
    return probe.waitForConnected(probeMs);
}

Error wrongWord(const QString& place, const QString& key)
{
    return Error{
        Error::Kind::Refused,
        QCoreApplication::translate(
            "outboard",
            "\"%1.%2\" cannot be given to ssh. Write it without blanks, and without a leading "
            "\"-\".")
            .arg(place, key),
        {}};
}

Error cancelled()
{
    return Error{
        Error::Kind::Cancelled,
        QCoreApplication::translate("outboard", "The connection attempt was stopped."),
        {}};
}

/// The place becomes part of one word of ssh's, where other characters have a meaning.
Result<void> checkServer(const NetPlace& server)
{
    static const QRegularExpression pattern(u"\\A[A-Za-z0-9_:%][A-Za-z0-9._:%-]*\\z"_s);
    if (pattern.match(server.host).hasMatch())
        return {};
    return Error{
        Error::Kind::Refused,
        QCoreApplication::translate(
            "outboard",
            "A tunnel needs a host name or an address, but the profile says \"%1\". Correct the "
            "host in it, or leave \"ssh\" out.")
            .arg(server.host),
        {}};
}

} // namespace

Result<void> checkSsh(const SshSettings& settings, const QString& place)
{
    static const QRegularExpression word(u"\\A[^\\s\\x00-\\x1f-][^\\s\\x00-\\x1f]*\\z"_s);
    const std::pair<QString, QString> words[] = {
        {u"host"_s, settings.host}, {u"user"_s, settings.user}, {u"jump"_s, settings.jump}};
    for (const auto& [key, value] : words) {
        if (!value.isEmpty() && !word.match(value).hasMatch())
            return wrongWord(place, key);
    }
    if (settings.port && *settings.port > 65'535) {
        return Error{
            Error::Kind::Refused,
            QCoreApplication::translate("outboard", "\"%1.port\" must be a port, 1 to 65535.")
                .arg(place),
            {}};
    }
    const bool isNothing = settings == SshSettings();
    if (!settings.host.isEmpty() || isNothing)
        return {};
    return Error{
        Error::Kind::Refused,
        QCoreApplication::translate(
            "outboard", "\"%1.host\" is missing. Write the SSH host, like \"bastion.example\".")
            .arg(place),
        {}};
}

QStringList sshArguments(const SshSettings& settings, const NetPlace& near, const NetPlace& server)
{
    QStringList arguments{u"-N"_s, u"-T"_s};
    // A shared connection would outlive this process, and take the forward with it.
    for (const QString& option :
         {u"BatchMode=yes"_s,
          u"ExitOnForwardFailure=yes"_s,
          u"ServerAliveInterval=5"_s,
          u"ServerAliveCountMax=3"_s,
          u"ConnectTimeout=8"_s,
          u"ControlMaster=no"_s,
          u"ControlPath=none"_s,
          u"ForwardAgent=no"_s,
          u"ForwardX11=no"_s,
          u"PermitLocalCommand=no"_s,
          u"RemoteCommand=none"_s})
        arguments << u"-o"_s << option;
    const std::pair<QString, QString> optional[] = {
        {u"-F"_s, settings.config},
        {u"-i"_s, settings.key},
        {u"-J"_s, settings.jump},
        {u"-l"_s, settings.user},
        {u"-p"_s, settings.port ? QString::number(*settings.port) : QString()}};
    for (const auto& [flag, value] : optional) {
        if (!value.isEmpty())
            arguments << flag << value;
    }
    if (!settings.key.isEmpty())
        arguments << u"-o"_s << u"IdentitiesOnly=yes"_s;
    arguments << u"-L"_s
              << u"%1:%2:%3:%4"_s.arg(near.host)
                     .arg(near.port)
                     .arg(bracketed(server.host))
                     .arg(server.port);
    return arguments << u"--"_s << settings.host;
}

Result<std::unique_ptr<SshTunnel>> SshTunnel::open(
    const SshSettings& settings, const NetPlace& server, const std::function<bool()>& goesOn)
{
    if (auto checked = checkSsh(settings, u"ssh"_s); !checked)
        return checked.error();
    if (auto checked = checkServer(server); !checked)
        return checked.error();
    for (int attempt = 1;; ++attempt) {
        std::unique_ptr<SshTunnel> tunnel(new SshTunnel(settings, server));
        if (auto started = tunnel->start(); !started)
            return started.error();
        auto up = tunnel->waitUntilUp(goesOn);
        if (up) {
            qCInfo(logServices) << "tunnel through" << settings.host << "to" << server.host
                                << server.port;
            return tunnel;
        }
        // Somebody has just that address and port.
        if (!tunnel->m_output.contains(u"Address already in use") || attempt == attempts)
            return up.error();
    }
}

SshTunnel::SshTunnel(const SshSettings& settings, const NetPlace& server)
    : m_settings(settings)
    , m_server(server)
    , m_near(nearEnd(server.port))
{}

SshTunnel::~SshTunnel()
{
    if (m_process.state() == QProcess::NotRunning)
        return;
    m_process.terminate();
    if (m_process.waitForFinished(stopDeadlineMs))
        return;
    m_process.kill();
    m_process.waitForFinished(stopDeadlineMs);
}

Result<void> SshTunnel::start()
{
    m_process.setProgram(u"ssh"_s);
    m_process.setArguments(sshArguments(m_settings, m_near, m_server));
    m_process.setProcessEnvironment(englishEnvironment());
    m_process.setStandardInputFile(QProcess::nullDevice());
    m_process.setStandardOutputFile(QProcess::nullDevice());
    m_process.setChildProcessModifier([parent = getpid()] { leaveTerminal(parent); });
    m_process.start();
    if (m_process.waitForStarted(startDeadlineMs))
        return {};
    return Error{
        Error::Kind::Missing,
        QCoreApplication::translate(
            "outboard", "The program ssh cannot be started. Install package openssh-client."),
        m_process.errorString()};
}

Result<void> SshTunnel::waitUntilUp(const std::function<bool()>& goesOn)
{
    const QDeadlineTimer deadline(openDeadlineMs);
    while (!deadline.hasExpired()) {
        if (!goesOn())
            return cancelled();
        if (hasEnded(sliceMs))
            return sshError(m_settings, m_output);
        if (accepts(m_near))
            return {};
    }
    return Error{
        Error::Kind::Timeout,
        QCoreApplication::translate(
            "outboard",
            "SSH host %1 did not open the tunnel in time. Check the host, and firewalls on the "
            "way.")
            .arg(m_settings.host),
        m_output.trimmed()};
}

/// Without an event loop a QProcess learns what happened only while it waits.
bool SshTunnel::hasEnded(int waitMs)
{
    if (m_process.state() != QProcess::NotRunning)
        m_process.waitForFinished(waitMs);
    m_output += QString::fromUtf8(m_process.readAllStandardError());
    m_output = m_output.right(outputKept);
    return m_process.state() == QProcess::NotRunning;
}

bool SshTunnel::isUp()
{
    return !hasEnded(0);
}

std::optional<Error> SshTunnel::complaint()
{
    hasEnded(0);
    auto error = farEndError(m_settings, m_server, m_output);
    m_output.clear();
    return error;
}

} // namespace outboard
