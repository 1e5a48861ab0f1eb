// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "settings/profile.h"

#include <QString>

#include <memory>

namespace outboard {

/// A private SSH server on a free port of 127.0.0.1, with host keys and an accepted user key of its
/// own, for whoever runs the test. Keys, known_hosts and the configurations for clients lie in a
/// scratch folder; stopped and removed with the object, killed with the test. Create it on the main
/// thread.
class ScratchSsh
{
public:
    /// Error::Missing when openssh-server is not installed.
    static Result<std::unique_ptr<ScratchSsh>> start();

    ~ScratchSsh();
    Q_DISABLE_COPY_MOVE(ScratchSsh)

    quint16 port() const;

    /// As a client that does everything right.
    SshSettings settings() const;
    /// With a key that the server does not accept.
    SshSettings strangerSettings() const;
    /// That has another host key in its known_hosts, or none.
    SshSettings wrongHostKeySettings() const;
    SshSettings unknownHostKeySettings() const;
    /// With no key file: only what the agent holds.
    SshSettings agentSettings() const;

    /// The private key that the server accepts.
    QString keyFile() const;

private:
    struct Private;
    explicit ScratchSsh(std::unique_ptr<Private> d);
    std::unique_ptr<Private> d;
};

} // namespace outboard
