// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/scratchssh.h"

#include "sandbox/serverprocess.h"

#include <unistd.h>

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QStandardPaths>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>

#include <csignal>

namespace outboard {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

Result<void> writeFile(const QString& path, const QByteArray& text)
{
    QFile file(path);
    if (file.open(QIODevice::WriteOnly) && file.write(text) == text.size())
        return {};
    return Error{Error::Kind::Internal, u"The scratch folder cannot be written."_s, path};
}

QByteArray readFile(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll().trimmed() : QByteArray();
}

bool accepts(quint16 port)
{
    QTcpSocket probe;
    probe.connectToHost(QHostAddress(QHostAddress::LocalHost), port);
    return probe.waitForConnected(500);
}

} // namespace

struct ScratchSsh::Private
{
    QTemporaryDir folder{QDir::tempPath() + u"/ob-ssh-XXXXXX"_s};
    QString program;
    quint16 port = 0;
    std::unique_ptr<ServerProcess> server;

    QString path(const QString& name) const { return folder.filePath(name); }

    Result<void> prepare();
    Result<void> makeKey(const QString& name) const;
    Result<void> writeClient(
        const QString& name, const QString& key, const QByteArray& hostKey) const;
    Result<void> run();
};

Result<void> ScratchSsh::Private::makeKey(const QString& name) const
{
    const int code = QProcess::execute(
        u"ssh-keygen"_s, {u"-q"_s, u"-t"_s, u"ed25519"_s, u"-N"_s, QString(), u"-f"_s, path(name)});
    return code == 0 ? Result<void>()
                     : Error{Error::Kind::Missing, u"ssh-keygen does not work."_s, {}};
}

/// A configuration that looks at nothing of the user's own.
Result<void> ScratchSsh::Private::writeClient(
    const QString& name, const QString& key, const QByteArray& hostKey) const
{
    const QString place = u"[127.0.0.1]:%1,[localhost]:%1 "_s.arg(port);
    const QByteArray known = hostKey.isEmpty() ? QByteArray() : place.toUtf8() + hostKey + '\n';
    if (auto written = writeFile(path(name + u".known"), known); !written)
        return written;
    const QString identity =
        key.isEmpty()
            ? QString()
            : u"IdentityFile %1\nIdentitiesOnly yes\nIdentityAgent none\n"_s.arg(path(key));
    return writeFile(
        path(name),
        u"Host *\nStrictHostKeyChecking yes\nGlobalKnownHostsFile /dev/null\n"
        "UserKnownHostsFile %1\n%2"_s.arg(path(name + u".known"), identity)
            .toUtf8());
}

Result<void> ScratchSsh::Private::prepare()
{
    program = QStandardPaths::findExecutable(u"sshd"_s, {u"/usr/sbin"_s, u"/usr/local/sbin"_s});
    if (program.isEmpty())
        return Error{Error::Kind::Missing, u"The SSH server is not installed."_s, {}};
    // Where sshd locks itself in as root; the system makes it when its own server starts.
    if (geteuid() == 0)
        QDir().mkpath(u"/run/sshd"_s);
    for (const QString& name : {u"host"_s, u"otherhost"_s, u"key"_s, u"stranger"_s}) {
        if (auto made = makeKey(name); !made)
            return made;
    }
    QTcpServer probe;
    if (!probe.listen(QHostAddress::LocalHost))
        return Error{Error::Kind::Refused, u"No free TCP port."_s, probe.errorString()};
    port = probe.serverPort();
    const QByteArray hostKey = readFile(path(u"host.pub"_s));
    const std::tuple<QString, QString, QByteArray> clients[] = {
        {u"client"_s, u"key"_s, hostKey},
        {u"client-stranger"_s, u"stranger"_s, hostKey},
        {u"client-wrong"_s, u"key"_s, readFile(path(u"otherhost.pub"_s))},
        {u"client-unknown"_s, u"key"_s, {}},
        {u"client-agent"_s, {}, hostKey}};
    for (const auto& [name, key, known] : clients) {
        if (auto written = writeClient(name, key, known); !written)
            return written;
    }
    return writeFile(
        path(u"sshd_config"_s),
        u"Port %1\nListenAddress 127.0.0.1\nHostKey %2\nPidFile none\nUsePAM no\n"
        "AuthorizedKeysFile %3\nStrictModes no\nPasswordAuthentication no\n"
        "KbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\n"_s.arg(port)
            .arg(path(u"host"_s), path(u"key.pub"_s))
            .toUtf8());
}

Result<void> ScratchSsh::Private::run()
{
    server = std::make_unique<ServerProcess>(ServerCommand{
        u"sshd"_s,
        program,
        {u"-D"_s, u"-e"_s, u"-f"_s, path(u"sshd_config"_s)},
        folder.path(),
        path(u"log"_s),
        {},
        SIGTERM});
    if (auto started = server->start(); !started)
        return started;
    return server->waitUntil([this] { return accepts(port); }, 20s);
}

Result<std::unique_ptr<ScratchSsh>> ScratchSsh::start()
{
    auto d = std::make_unique<Private>();
    if (auto prepared = d->prepare(); !prepared)
        return prepared.error();
    if (auto running = d->run(); !running)
        return running.error();
    return std::unique_ptr<ScratchSsh>(new ScratchSsh(std::move(d)));
}

ScratchSsh::ScratchSsh(std::unique_ptr<Private> priv)
    : d(std::move(priv))
{}

ScratchSsh::~ScratchSsh() = default;

quint16 ScratchSsh::port() const
{
    return d->port;
}

SshSettings ScratchSsh::settings() const
{
    SshSettings settings;
    settings.host = u"127.0.0.1"_s;
    settings.port = d->port;
    settings.config = d->path(u"client"_s);
    return settings;
}

SshSettings ScratchSsh::strangerSettings() const
{
    SshSettings changed = settings();
    changed.config = d->path(u"client-stranger"_s);
    return changed;
}

SshSettings ScratchSsh::wrongHostKeySettings() const
{
    SshSettings changed = settings();
    changed.config = d->path(u"client-wrong"_s);
    return changed;
}

SshSettings ScratchSsh::unknownHostKeySettings() const
{
    SshSettings changed = settings();
    changed.config = d->path(u"client-unknown"_s);
    return changed;
}

SshSettings ScratchSsh::agentSettings() const
{
    SshSettings changed = settings();
    changed.config = d->path(u"client-agent"_s);
    return changed;
}

QString ScratchSsh::keyFile() const
{
    return d->path(u"key"_s);
}

} // namespace outboard
