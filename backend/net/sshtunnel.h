// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "net/netplace.h"
#include "settings/profile.h"

#include <QProcess>
#include <QString>
#include <QStringList>

#include <functional>
#include <memory>
#include <optional>

namespace outboard {

/// Whether these words can be given to ssh and mean what they say: none is taken for an option.
/// Error::Refused names the key below `place` ("outbox.ssh").
Result<void> checkSsh(const SshSettings& settings, const QString& place);

/// The arguments that make ssh forward `near` on this machine to `server` as the SSH host knows it.
QStringList sshArguments(const SshSettings& settings, const NetPlace& near, const NetPlace& server);

/// A tunnel to one server: one process of the system's ssh, which ends with this object and with
/// Outboard, however that ends. Blocking, without an event loop; used on one thread.
class SshTunnel
{
public:
    /// Blocks until the near end accepts connections, at most 15 s; `goesOn` is asked every 30 ms.
    /// Missing (ssh, a key file), Auth, Refused (host key), Unreachable, Timeout or Cancelled.
    static Result<std::unique_ptr<SshTunnel>> open(
        const SshSettings& settings, const NetPlace& server, const std::function<bool()>& goesOn);

    ~SshTunnel();
    Q_DISABLE_COPY_MOVE(SshTunnel)

    /// False once ssh ended: it noticed that its connection broke, or was ended.
    bool isUp();

    /// The near end. It keeps the server's port (but those below 1024), on a loopback address of
    /// its own: what looks things up by host and port, such as .pgpass, finds them.
    NetPlace near() const { return m_near; }

    /// Why the SSH host did not reach the server, if ssh complained since the last call.
    std::optional<Error> complaint();

    qint64 processId() const { return m_process.processId(); }

private:
    SshTunnel(const SshSettings& settings, const NetPlace& server);
    Result<void> start();
    Result<void> waitUntilUp(const std::function<bool()>& goesOn);
    bool hasEnded(int waitMs);

    SshSettings m_settings;
    NetPlace m_server;
    NetPlace m_near;
    QProcess m_process;
    QString m_output;
};

} // namespace outboard
